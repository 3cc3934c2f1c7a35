"""The scripts that run on other people's runners, and our own, by shellcheck; those inside YAML are judged with it."""

import pathlib
import tempfile

import yaml

from integration import texts
from outputs import BIN, Tally, command, first_lines

#: The formats that it judges.
FORMATS = ("shell-script",)


def judge(outputs):
    tally = Tally()
    for text in texts(outputs, *FORMATS, "gitlab-ci"):
        for name, script, shell in scripts(text):
            with tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder) / "script"
                path.write_text(script, encoding="utf-8")
                dialect = [f"--shell={shell}"] if shell else []
                status, out, err = command([BIN / "shellcheck", "--norc", "--format=gcc", *dialect, path])
            tally.check(status == 0, f"{name}: {first_lines((out + err).replace(str(path), ''), 8)}")
    return tally


def scripts(text):
    """The scripts in a text, with the shell that runs them where they do not say so themselves."""
    if text.form != "gitlab-ci":
        yield text.name, text.text, None
        return
    for name, job in yaml.safe_load(text.text).items():
        if isinstance(job, dict) and "script" in job:
            # A runner takes bash where there is one, so what is written must be right in either.
            for shell in ("sh", "bash"):
                yield f"{text.name}, {name} in {shell}", "\n".join(job["script"]), shell
