"""What `scopec diff --format markdown` prints, read by GitHub's own renderer and by Mermaid's parser.

Every table must be one with all its cells, every fold closed, and nothing that a user wrote may come out as HTML, as a link or
as a mention: outside of code there are only words.
"""

import html.parser
import json
import pathlib
import re
import tempfile

import cmarkgfm
from cmarkgfm.cmark import Options

from judges.sarif import scopec
from outputs import HERE, Tally, command, first_lines, node

#: The formats that it judges.
FORMATS = ("diff-comment",)
CASES = HERE.parent / "cases" / "diff_forms"
#: What GitHub takes as a comment at most.
LONGEST = 65_536
#: Every element that a comment is made of, with the attributes that it may have.
ELEMENTS = {
    **dict.fromkeys("h3 p strong em table thead tbody tr th td code blockquote ul ol li br sub summary".split(), ()),
    "details": ("open",),
    "pre": ("lang",),
}
VOID = {"br", "img", "input"}
#: What hosts make pings and links of.
ACTS = re.compile(r"@\w|#\d|://|www\.|[0-9a-f]{7,}|\b[A-Z]+-\d|\w@\w|:\w+:|&|\$")


def judge(outputs):
    tally = Tally()
    for file in outputs.of(*FORMATS):
        examine(tally, file["path"], outputs.path(file))
    if outputs.project is not None:
        for case in sorted(path for path in CASES.iterdir() if path.is_dir()):
            examine(tally, f"case {case.name}", case / "comment.md")
        binary = scopec()
        before = outputs.project.resolve().parent / f"{outputs.project.resolve().name}-before"
        if binary is None:
            tally.notes.append("no scopec binary: SCOPEC_BIN names one, or build the debug profile")
        elif before.is_dir():
            compare(tally, binary, f"{before}/", f"{outputs.project.resolve()}/")
    return tally


def compare(tally, binary, before, after):
    """The comment on what two folders that belong together differ by."""
    with tempfile.TemporaryDirectory() as folder:
        for form, name in (("markdown", "comment.md"), ("json", "diff.json")):
            status, out, err = command([binary, "diff", "--format", form, before, after])
            tally.check(status == 0, f"scopec diff --format {form} ended with {status}: {first_lines(err)}")
            (pathlib.Path(folder) / name).write_text(out, encoding="utf-8")
        examine(tally, "scopec diff --format markdown", pathlib.Path(folder) / "comment.md")


class Page(html.parser.HTMLParser):
    """The elements of a page, its tables and flowcharts, and what stands outside of code."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open = []
        self.wrong = []
        self.tables = []
        self.charts = []
        self.folds = 0
        self.outside = []
        self.comments = []

    def handle_starttag(self, tag, attrs):
        allowed = ELEMENTS.get(tag)
        if allowed is None or any(name not in allowed for name, _ in attrs):
            self.wrong.append(f"<{tag} {attrs}>")
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self.tables[-1][-1].append("")
        elif tag == "details":
            self.folds += 1
        elif tag == "pre":
            self.charts.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID or not self.open or self.open[-1] != tag:
            self.wrong.append(f"</{tag}> within {self.open[-3:]}")
        else:
            self.open.pop()

    def handle_comment(self, data):
        self.comments.append(data)

    def handle_data(self, data):
        if "pre" in self.open:
            self.charts[-1] += data
        elif "td" in self.open or "th" in self.open:
            self.tables[-1][-1][-1] += data
        if "code" not in self.open:
            self.outside.append(data)


def examine(tally, name, path):
    """One comment, with the comparison in JSON beside it."""
    text = path.read_text(encoding="utf-8")
    diff = json.loads((path.parent / "diff.json").read_text(encoding="utf-8"))
    tally.check(len(text) <= LONGEST, f"{name}: {len(text)} characters")
    first = text.split("\n", 1)[0]
    tally.check(re.fullmatch(r"<!-- scopec diff(: [\w./%]+)? -->", first) is not None, f"{name}: no marker: {first}")
    page = Page()
    page.feed(cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE))
    page.close()
    tally.check(not page.wrong, f"{name}: markup: {'; '.join(page.wrong[:5])}")
    tally.check(not page.open, f"{name}: never closed: {page.open}")
    tally.check(len(page.comments) == 1, f"{name}: {len(page.comments)} comments of HTML")
    acting = [found.group() for said in page.outside for found in [ACTS.search(said)] if found]
    tally.check(not acting, f"{name}: outside of code: {acting[:5]}")
    for table in page.tables:
        widths = {len(row) for row in table}
        tally.check(len(widths) == 1 and len(table) > 1, f"{name}: a table with rows of {sorted(widths)} cells")
        empty = [row for row in table[1:] if not row[0].strip()]
        tally.check(not empty, f"{name}: {len(empty)} rows about nobody")
    told(tally, name, page, diff)
    charts(tally, name, page, diff)


def told(tally, name, page, diff):
    """Every gain has a row, unless the comment says how many have none; each with its own subject and risk."""
    gains = list({one["fingerprint"]: one for one in diff["changes"] if one["direction"] == "widens"}.values())
    rows = [row for table in page.tables if "Gains" in table[0] for row in table[1:]]
    words = "".join(page.outside)
    if "for which a comment has no room" not in words:
        tally.check(len(rows) == len(gains), f"{name}: {len(rows)} rows for {len(gains)} gains")
    tally.check(bool(rows) == bool(gains), f"{name}: gains without a row")
    for row, gain in zip(rows, gains, strict=False):
        tally.check(shown(gain["subject"]) in row[0], f"{name}: {row[0]!r} is not about {gain['subject']!r}")
        risk = shown(gain["risk"][0]) if gain["risk"] else ""
        tally.check(row[-1].strip().startswith(risk), f"{name}: {row[-1]!r} is not the risk {risk!r}")
    gaps = "not the whole picture" in words
    tally.check(gaps == bool(diff["gaps"]), f"{name}: gaps are {'not ' if diff['gaps'] else ''}said")


def shown(text):
    """The beginning of a text as a comment shows it: what acts is a picture of itself, and spaces are one."""
    text = text.replace("\r\n", " ").translate({ord("\n"): " ", ord("\t"): " "})
    text = "".join(chr(0x2400 + ord(one)) if ord(one) < 32 else one for one in text)
    text = re.sub("[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]", "\ufffd", text)
    return text.strip()[:50] or "(empty)"


def charts(tally, name, page, diff):
    """The picture is one that Mermaid reads, with a line for each step of the ways that are drawn."""
    opened = diff["paths"]["opened"]
    tally.check(len(page.charts) == bool(opened), f"{name}: {len(page.charts)} pictures of {len(opened)} ways")
    if not page.charts:
        return
    (answer,) = node("mermaid.cjs", page.charts)
    tally.check("error" not in answer, f"{name}: the picture: {answer.get('error')}")
    if "error" in answer:
        return
    steps = {(start, hop["to"], hop["edge"]) for way in opened for hop in way["path"] for start in [hop["from"], *hop["also"]]}
    whole = "not drawn" not in "".join(page.outside)
    tally.check(not whole or answer["edges"] == len(steps), f"{name}: {answer['edges']} lines for {len(steps)} steps")
    fresh = page.charts[0].count("NEW: ")
    tally.check(0 < fresh <= answer["edges"], f"{name}: {fresh} lines are new")
