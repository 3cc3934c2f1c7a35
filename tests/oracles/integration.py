"""What the project ships for other people's pipelines, beside what `scopec build` emits: where it lies, and what is in its pages."""

import re

from outputs import BIN, HERE, command, first_lines

#: The checkout.
ROOT = HERE.parent.parent
#: The page whose blocks people copy.
PAGE = ROOT / "docs/pull-request.md"


class Text:
    """One thing to judge: its format, what to call it, and its text."""

    def __init__(self, form, name, text):
        self.form = form
        self.name = name
        self.text = text


def texts(outputs, *forms):
    """Everything in these formats: of a sample what its manifest lists, with a project what the checkout ships."""
    for file in outputs.of(*forms):
        yield Text(file["format"], file["path"], outputs.text(file))
    if outputs.project is not None:
        for text in shipped():
            if text.form in forms:
                yield text


def shipped():
    """What the checkout ships."""
    for form, paths in {
        "github-action": ["action.yml"],
        "github-workflow": [".github/workflows/ci.yml", "src/cli/init/workflow.yml"],
        "pre-commit-hooks": [".pre-commit-hooks.yaml"],
        "gitlab-ci": ["ci/gitlab/scopec.gitlab-ci.yml"],
        "shell-script": ["ci/github/action.sh", ".ci/run", "tests/oracles/install", "tests/oracles/run"],
    }.items():
        for path in paths:
            yield Text(form, path, (ROOT / path).read_text(encoding="utf-8"))
    page = PAGE.read_text(encoding="utf-8")
    for number, block in enumerate(re.findall(r"^```yaml\n(.*?)^```$", page, re.DOTALL | re.MULTILINE), 1):
        yield Text(kind(block), f"{PAGE.name}, block {number}", block)


def kind(block):
    """The format of a block of YAML, by the key that only this format has at its top."""
    for key, form in {"jobs": "github-workflow", "repos": "pre-commit-config", "include": "gitlab-ci"}.items():
        if re.search(rf"^{key}:", block, re.MULTILINE):
            return form
    raise ValueError(f"a block of {PAGE.name} that is of no known format: {block[:80]!r}")


def schema(tally, name, path, builtin):
    """Puts a file before a schema that check-jsonschema brings along."""
    status, out, err = command([BIN / "check-jsonschema", "--builtin-schema", builtin, path])
    tally.check(status == 0, f"{name}: schema: {first_lines(out + err, 12)}")
