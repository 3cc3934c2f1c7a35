"""Hooks and configurations of pre-commit, by pre-commit: read by its own schemas, and the hooks run on a project that they must pass
and on one that they must not.
"""

import pathlib
import tempfile

import yaml

from integration import texts
from judges.sarif import scopec
from outputs import BIN, Tally, command, first_lines

#: The formats that it judges.
FORMATS = ("pre-commit-hooks", "pre-commit-config")
VERBS = {"pre-commit-hooks": "validate-manifest", "pre-commit-config": "validate-config"}
#: A project that passes, and what is written in its place so that one hook must fail.
GOOD = 'team web { contact "#web" }\n'
SPOILT = {"scopec-fmt": 'team  web { contact "#web" }\n', "scopec-check": 'team web { contact "#web"\n'}


def judge(outputs):
    tally = Tally()
    for text in texts(outputs, *FORMATS):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "file.yaml"
            path.write_text(text.text, encoding="utf-8")
            status, out, err = command([BIN / "pre-commit", VERBS[text.form], path])
            tally.check(status == 0, f"{text.name}: {first_lines((out + err).replace(str(path), ''), 8)}")
        if status == 0 and text.form == "pre-commit-hooks":
            run(tally, text)
    return tally


def run(tally, text):
    """Runs the hooks with the binary under test in place of one that pre-commit would build."""
    binary = scopec()
    if binary is None:
        tally.notes.append("no scopec binary: SCOPEC_BIN names one, or build the debug profile")
        return
    hooks = yaml.safe_load(text.text)
    for hook in hooks:
        hook["language"] = "system"
        hook["entry"] = hook["entry"].replace("scopec", str(pathlib.Path(binary).resolve()), 1)
    for hook in hooks:
        for what, project in {"passes": GOOD, "fails": SPOILT.get(hook["id"])}.items():
            if project is None:
                tally.check(False, f"{text.name}: nothing is known that `{hook['id']}` must fail on")
                continue
            with tempfile.TemporaryDirectory() as folder:
                root = pathlib.Path(folder)
                (root / "main.scope").write_text(project, encoding="utf-8")
                configuration = {"repos": [{"repo": "local", "hooks": hooks}]}
                (root / ".pre-commit-config.yaml").write_text(yaml.safe_dump(configuration), encoding="utf-8")
                command(["git", "init", "--quiet"], directory=folder)
                command(["git", "add", "--all"], directory=folder)
                status, out, err = command(
                    [BIN / "pre-commit", "run", "--all-files", hook["id"]],
                    directory=folder,
                    environment={"PRE_COMMIT_HOME": f"{folder}/.cache", "PATH": f"{BIN}:/usr/local/bin:/usr/bin:/bin"},
                )
            said = first_lines(out + err, 8)
            tally.check(status == (0 if what == "passes" else 1), f"{text.name}: `{hook['id']}` {what}, not so ({status}): {said}")
