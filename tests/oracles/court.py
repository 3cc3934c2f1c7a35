"""Puts an output folder or evidence packets before every judge of them, and every judge before its own samples.

A judge that accepts a sample it must refuse, or refuses one it must accept, has failed whatever it says about the
outputs: several of the tools exit with 0 on bad input, and an upgrade may silence any of them.
"""

import fnmatch
import importlib
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

from outputs import HERE, Outputs, Tally
from packet import GOOD, Packet, lay

#: The judges, one file each in `judges/`; each has a folder of the same name in `samples/`.
JUDGES = [
    "manifest",
    "aws_names",
    "aws_meaning",
    "aws_trust",
    "cloudformation",
    "terraform",
    "kubernetes",
    "eks",
    "github_workflow",
    "github_app",
    "postgresql",
    "snowflake",
    "entra",
    "sarif",
    "graph_dot",
    "graph_graphml",
    "graph_mermaid",
    "graph_opengraph",
    "graph_page",
    "diff_comment",
    "workflow",
    "shell",
    "gitlab_ci",
    "pre_commit",
]

#: The judges of what `scopec report --packet` writes; their samples are changes to one good packet.
REPORT_JUDGES = [
    "report_attestation",
    "report_oscal",
    "report_sarif",
    "report_csv",
    "report_calendar",
    "report_markdown",
    "report_html",
]


def controls(name, judge):
    """The judge's verdict on its samples.

    `good*` must pass with something passed. `bad*` must have a failure that says what the sample's `refusal.txt` says,
    since a sample that is refused for another reason proves nothing either.
    """
    tally = Tally()
    samples = sorted(path for path in (HERE / "samples" / name).iterdir() if path.is_dir())
    if name in REPORT_JUDGES:
        samples.insert(0, GOOD)
    for kind in ("good", "bad"):
        tally.check(any(path.name.startswith(kind) for path in samples), f"{name} has no {kind} sample")
    tally.passed = 0
    for sample in samples:
        # A sample whose refusal takes a command that no registry has is left out where the command is not there.
        needs = sample / "needs.txt"
        if needs.is_file() and shutil.which(needs.read_text(encoding="utf-8").strip()) is None:
            tally.notes.append(f"control {sample.name} left out: it needs {needs.read_text(encoding='utf-8').strip()}")
            continue
        with tempfile.TemporaryDirectory() as folder:
            found = judge(lay(sample, folder) if name in REPORT_JUDGES else Outputs(sample))
        if sample.name.startswith("good"):
            right = found.passed > 0 and not found.failures
            tally.check(right, f"control {sample.name}: refused: {found.failures or 'nothing was judged'}")
        else:
            reason = (sample / "refusal.txt").read_text(encoding="utf-8").strip()
            said = found.failures or "it was accepted, so the judge proves nothing"
            right = any(reason in failure for failure in found.failures)
            tally.check(right, f"control {sample.name}: not refused for `{reason}`: {said}")
    return tally


def hear(name, seen):
    """One judge over its controls and over all that it is shown; an exception in it is a failure of it."""
    tally = Tally()
    try:
        judge = importlib.import_module(f"judges.{name}").judge
        tally = controls(name, judge)
        for one in seen:
            found = judge(one)
            # With several packets it has to be said which one is meant.
            place = f"{one.root.name}: " if len(seen) > 1 else ""
            tally.passed += found.passed
            tally.failures += [place + failure for failure in found.failures]
            tally.notes += [place + note for note in found.notes]
    except Exception:  # pylint: disable=broad-except
        tally.failures.append("the judge broke: " + traceback.format_exc(limit=-3).strip())
    return tally


def unjudged(outputs):
    """The formats among the outputs that no judge reads, and how many files of each there are."""
    known = {kind for name in JUDGES for kind in importlib.import_module(f"judges.{name}").FORMATS}
    found = sorted({file["format"] for file in outputs.files} - known)
    return {kind: len(outputs.of(kind)) for kind in found}


def unread(packet):
    """The files of a packet that no judge opens; what the project and its build put there is judged elsewhere."""
    read = [pattern for name in REPORT_JUDGES for pattern in importlib.import_module(f"judges.{name}").READS]
    found = [name for name in packet.files("**/*") if not name.startswith(("sources/", "outputs/"))]
    return [name for name in found if not any(fnmatch.fnmatchcase(name, pattern) for pattern in read)]


def main(arguments):
    """`court.py OUT PROJECT PROBES`, `court.py --packet PACKET…`, or `court.py --controls [JUDGE…]` for the samples alone."""
    judges = JUDGES
    seen = []
    if arguments and arguments[0] == "--controls":
        judges = arguments[1:] or JUDGES + REPORT_JUDGES
    elif arguments and arguments[0] == "--packet":
        judges = REPORT_JUDGES
        missing = [root for root in arguments[1:] if not (Path(root) / "packet.json").is_file()]
        if missing:
            print(f"no packet.json in {', '.join(missing)}\n0 passed, {len(missing)} failed")
            return 1
        seen = [Packet(root) for root in arguments[1:]]
    else:
        seen = [Outputs(*arguments)]
    passed = failed = 0
    for name in judges:
        start = time.monotonic()
        tally = hear(name, seen)
        for note in sorted(set(tally.notes)):
            print(f"  note: {note}")
        for failure in tally.failures:
            print(f"  failed: {failure}")
        print(f"{name}: {tally.passed} passed, {len(tally.failures)} failed", flush=True)
        print(f"{name}: {time.monotonic() - start:.1f} s", file=sys.stderr)
        passed += tally.passed
        failed += len(tally.failures)
    for one in seen:
        if isinstance(one, Packet):
            for name in unread(one):
                print(f"  note: {one.root.name}: nobody judges {name}")
        else:
            for kind, files in unjudged(one).items():
                print(f"  note: nobody judges {kind}: {files} files")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
