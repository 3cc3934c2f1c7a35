"""GitHub workflows and the action: GitHub's schemas, actionlint with shellcheck, and zizmor without the network.

They are the project's own, the one that `scopec init` writes, and those in the page that people copy from.
"""

import json
import pathlib
import tempfile

from integration import schema, texts
from outputs import BIN, Tally, command, first_lines

#: The formats that it judges.
FORMATS = ("github-workflow", "github-action")


def judge(outputs):
    tally = Tally()
    for text in texts(outputs, *FORMATS):
        with tempfile.TemporaryDirectory() as folder:
            if text.form == "github-action":
                path = pathlib.Path(folder) / "action.yml"
                builtin = "vendor.github-actions"
            else:
                path = pathlib.Path(folder) / ".github/workflows/workflow.yml"
                builtin = "vendor.github-workflows"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.text, encoding="utf-8")
            schema(tally, text.name, path, builtin)
            if text.form == "github-workflow":
                actionlint(tally, text.name, path)
            zizmor(tally, text.name, path)
    return tally


def actionlint(tally, name, path):
    """The linter of workflows; it knows no actions."""
    status, out, err = command(
        [BIN / "actionlint", f"-shellcheck={BIN / 'shellcheck'}", "-pyflakes=", "-format", "{{json .}}", path],
        directory=path.parent,
    )
    try:
        found = json.loads(out)
    except ValueError:
        tally.check(False, f"{name}: actionlint gave no answer ({status}): {first_lines(err)}")
        return
    tally.check(not found, f"{name}: actionlint: " + "; ".join(each["message"] for each in found))


def zizmor(tally, name, path):
    """The auditor. A workflow or action that it cannot read is an error, not a warning that nobody sees."""
    status, out, err = command(
        [BIN / "zizmor", "--offline", "--no-config", "--strict-collection", "--no-exit-codes", "--format=json-v1", path],
        directory=path.parent,
    )
    try:
        found = json.loads(out)
    except ValueError:
        tally.check(False, f"{name}: zizmor gave no answer ({status}): {first_lines(err)}")
        return
    tally.check(status == 0 and not found, f"{name}: zizmor: " + "; ".join(f"{one['ident']}: {one['desc']}" for one in found))
