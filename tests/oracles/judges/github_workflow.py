"""The `permissions` of a GitHub workflow, by actionlint.

A bare block is put into the smallest workflow that can hold it; a whole workflow is taken as it is.
"""

import json
import pathlib
import tempfile

import yaml

from outputs import BIN, Tally, command, first_lines

#: The formats that it judges.
FORMATS = ("github-workflow-permissions",)
HEAD = "name: probe\non: push\n"
TAIL = "jobs:\n  probe:\n    runs-on: ubuntu-latest\n    steps:\n      - run: 'true'\n"


def judge(outputs):
    tally = Tally()
    for file in outputs.of(*FORMATS):
        text = outputs.text(file)
        try:
            value = yaml.safe_load(text)
        except yaml.YAMLError as error:
            tally.check(False, f"{file['path']}: not YAML: {first_lines(str(error))}")
            continue
        if not isinstance(value, dict) or "permissions" not in value:
            tally.check(False, f"{file['path']}: has no `permissions`")
            continue
        if "jobs" not in value:
            text = HEAD + text.removeprefix("---\n").rstrip("\n") + "\n" + TAIL
        with tempfile.TemporaryDirectory() as folder:
            workflow = pathlib.Path(folder) / "workflow.yml"
            workflow.write_text(text, encoding="utf-8")
            # Without a shell checker the linter looks at the workflow alone, and the same on every machine.
            status, out, err = command(
                [BIN / "actionlint", "-shellcheck=", "-pyflakes=", "-format", "{{json .}}", workflow], directory=folder
            )
        try:
            found = json.loads(out)
        except ValueError:
            tally.check(False, f"{file['path']}: actionlint gave no answer ({status}): {first_lines(err)}")
            continue
        tally.check(not found, f"{file['path']}: " + "; ".join(each["message"] for each in found))
    return tally
