"""Snowflake grants: syntax, by sqlfluff's parser."""

import json

from outputs import BIN, Tally, command, first_lines


#: The formats that it judges.
FORMATS = ("sql-grants",)


def judge(outputs):
    tally = Tally()
    for file in outputs.of(*FORMATS):
        if file["vendor"] != "snowflake":
            continue
        status, out, err = command(
            [BIN / "sqlfluff", "parse", "--dialect", "snowflake", "--format", "json", outputs.path(file)]
        )
        try:
            tree = json.loads(out)
        except ValueError:
            tally.check(False, f"{file['path']}: sqlfluff gave no answer: {first_lines(err)}")
            continue
        bad = [text(each) for each in unparsable(tree)]
        tally.check(status == 0 and not bad, f"{file['path']}: cannot be parsed: {bad[:3]}")
    return tally


def unparsable(tree):
    """The parts of sqlfluff's tree that it could not read."""
    if isinstance(tree, dict):
        for name, inner in tree.items():
            if name == "unparsable":
                yield inner
            else:
                yield from unparsable(inner)
    elif isinstance(tree, list):
        for inner in tree:
            yield from unparsable(inner)


def text(tree):
    """The source text of a part of the tree."""
    if isinstance(tree, str):
        return tree
    if isinstance(tree, dict):
        tree = list(tree.values())
    return "".join(text(each) for each in tree)
