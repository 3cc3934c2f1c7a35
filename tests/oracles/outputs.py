"""What a judge is shown, and what it answers."""

import json
import os
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
#: The folder of installed judges; `run` sets it.
ORACLES = pathlib.Path(os.environ["SCOPEC_ORACLES"])
#: Where the commands of the Python judges are.
BIN = ORACLES / "python" / "bin"
#: No judge takes as long on anything that a project emits; one that does is stuck.
SECONDS = 300


class Tally:
    """The verdicts of one judge: how many things passed, and what is wrong with the others."""

    def __init__(self):
        self.passed = 0
        self.failures = []
        #: What the judge could not look at, said to the reader and counted as nothing.
        self.notes = []

    def check(self, right, what):
        """Counts one verdict; `what` names the thing and what is wrong with it."""
        if right:
            self.passed += 1
        else:
            self.failures.append(what)


class Outputs:
    """One output folder of `scopec build`, with its manifest and its probes."""

    def __init__(self, root, project=None, probes=None):
        self.root = pathlib.Path(root)
        self.project = None if project is None else pathlib.Path(project)
        manifest = json.loads((self.root / "manifest.json").read_text(encoding="utf-8"))
        self.manifest = manifest
        # A withheld integration's files are older than the declarations, so nothing is asked of them.
        self.files = [file for file in manifest["files"] if not file.get("withheld")]
        probes = pathlib.Path(probes) if probes else self.root / "probes.json"
        self.has_probes = probes.is_file()
        self.probes = json.loads(probes.read_text(encoding="utf-8"))["probes"] if self.has_probes else []

    def of(self, *formats):
        """The files of these formats, in the manifest's order."""
        return [file for file in self.files if file["format"] in formats]

    def path(self, file):
        """Where a file of the manifest lies."""
        return self.root / file["path"]

    def text(self, file):
        """A file's text."""
        return self.path(file).read_text(encoding="utf-8")

    def json(self, file):
        """A file's value."""
        return json.loads(self.text(file))

    def probes_of(self, *kinds):
        """The probes of these kinds; one that says no kind is a `request`."""
        return [probe for probe in self.probes if probe.get("kind", "request") in kinds]


def command(arguments, text=None, directory=None, environment=None):
    """Runs a judge's command without a terminal; gives exit status, stdout and stderr."""
    ran = subprocess.run(
        [str(argument) for argument in arguments],
        input="" if text is None else text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=SECONDS,
        cwd=directory,
        env={**os.environ, **(environment or {})},
        check=False,
    )
    return ran.returncode, ran.stdout, ran.stderr


def node(script, question, *arguments):
    """Asks a Node judge: JSON in on its stdin, JSON out on its stdout."""
    status, out, err = command(
        ["node", HERE / "judges" / script, *arguments],
        text=json.dumps(question),
        environment={"NODE_PATH": str(ORACLES / "node_modules")},
    )
    if status != 0:
        raise RuntimeError(f"{script} ended with {status}: {err.strip()[-2000:]}")
    return json.loads(out)


def first_lines(text, lines=3):
    """The start of a tool's message, on one line."""
    return " / ".join(line.strip() for line in text.strip().splitlines()[:lines])
