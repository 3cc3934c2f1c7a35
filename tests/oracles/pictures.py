"""Pictures of the delegation graph as judges see them: samples, the test cases and those of a project."""

import json
import pathlib

from judges.sarif import scopec
from outputs import HERE, command, first_lines

CASES = HERE.parent / "cases" / "picture"


class Picture:
    """One picture: what to call it, its text, and the view that it shows."""

    def __init__(self, name, path, text, view):
        self.name = name
        self.path = path
        self.text = text
        self.view = view


def pictures(outputs, word, tally, folder):
    """Every picture in the format `word`.

    A sample lists its pictures in the manifest, each beside a `view.json`. With a project there come the pictures of the
    test cases, and those that the binary draws of it, which are written into `folder`.
    """
    for file in outputs.of(f"graph-{word}"):
        path = outputs.path(file)
        yield Picture(file["path"], path, path.read_text(encoding="utf-8"), read(path.parent / "view.json"))
    if outputs.project is None:
        return
    for case in sorted(path for path in CASES.iterdir() if path.is_dir()):
        path = case / {"mermaid": "view.mmd", "opengraph": "opengraph.json"}.get(word, f"view.{word}")
        yield Picture(f"case {case.name}", path, path.read_text(encoding="utf-8"), read(case / "view.json"))
    binary = scopec()
    if binary is None:
        tally.notes.append("no scopec binary: SCOPEC_BIN names one, or build the debug profile")
        return
    drawn = {}
    for form in (word, "json"):
        status, out, err = command([binary, "graph", "--format", form, outputs.project.resolve()])
        tally.check(status == 0, f"scopec graph --format {form} ended with {status}: {first_lines(err)}")
        drawn[form] = out
    path = pathlib.Path(folder) / f"project.{word}"
    path.write_text(drawn[word], encoding="utf-8")
    yield Picture(f"scopec graph --format {word}", path, drawn[word], json.loads(drawn["json"]))


def read(path):
    """A view as JSON."""
    return json.loads(path.read_text(encoding="utf-8"))
