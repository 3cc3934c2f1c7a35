"""The manifest against the folder: every file listed, every listed file there, with the hash that it says."""

import hashlib
import pathlib

from outputs import Tally

#: It looks at files of every format, but into none.
FORMATS = ()
STATES = {"enforced", "enforced-by-absence", "gated", "recorded", "unenforced"}


def judge(outputs):
    tally = Tally()
    listed = set()
    for file in outputs.manifest["files"]:
        path = file["path"]
        plain = not pathlib.PurePosixPath(path).is_absolute() and ".." not in pathlib.PurePosixPath(path).parts
        tally.check(plain, f"{path}: leaves the output folder")
        tally.check(path not in listed, f"{path}: listed twice")
        listed.add(path)
        there = plain and outputs.path(file).is_file()
        tally.check(there, f"{path}: listed, but not on disk")
        if there:
            digest = hashlib.sha256(outputs.path(file).read_bytes()).hexdigest()
            tally.check(digest == file["sha256"], f"{path}: its sha256 is not the manifest's")
    # A sample holds its probes and the reason for its refusal beside the manifest.
    ours = {"manifest.json", "probes.json", "refusal.txt", "needs.txt"}
    for path in sorted(outputs.root.rglob("*")):
        name = path.relative_to(outputs.root).as_posix()
        if path.is_file() and name not in ours:
            tally.check(name in listed, f"{name}: on disk, but not listed")
    for row in outputs.manifest.get("ledger", []):
        where = f"{row['file']}:{row['line']}: `{row['clause']}`"
        tally.check(row["state"] in STATES, f"{where}: unknown state `{row['state']}`")
        if row["state"] == "enforced":
            tally.check(row["by"], f"{where}: enforced, but by no file")
        if row["state"] == "unenforced":
            tally.check(row["why"], f"{where}: unenforced, and nobody says why")
        for by in row["by"] or []:
            tally.check(by["path"] in listed, f"{where}: held by {by['path']}, which is not listed")
            tally.check(holds(outputs, by), f"{where}: {by['path']} has no {by.get('pointer') or by.get('line')}")
    return tally


def holds(outputs, by):
    """Whether the place that a ledger row names exists; a pointer into YAML is only looked at for its document."""
    path = outputs.root / by["path"]
    if not path.is_file():
        return False
    if path.suffix == ".json" and by.get("pointer") is not None:
        value = outputs.json(by)
        for step in by["pointer"].split("/")[1:]:
            step = step.replace("~1", "/").replace("~0", "~")
            if isinstance(value, list) and step.isdigit() and int(step) < len(value):
                value = value[int(step)]
            elif isinstance(value, dict) and step in value:
                value = value[step]
            else:
                return False
        return True
    if by.get("line") is not None:
        return 1 <= by["line"] <= len(path.read_text(encoding="utf-8").splitlines())
    return True
