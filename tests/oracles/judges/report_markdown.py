"""A report in Markdown, read by GitHub's own renderer and by Mermaid's parser.

What a user wrote may come out as words alone. The renderer forgives a table row of the wrong length, cutting or filling it, so the
rows are counted in the source; and it is asked twice, with and without raw HTML, because the difference is what was written as HTML.
"""

import collections
import html.parser
import re
import urllib.parse

import cmarkgfm
from cmarkgfm.cmark import Options

from outputs import Tally, node

#: The files that it reads.
READS = ("report/report.md",)
#: The elements that may be written as HTML, with the attributes that they may have.
RAW = {"br": (), "details": ("open",), "summary": ()}
VOID = {"br", "hr", "img", "input"}


def judge(packet):
    tally = Tally()
    for name in packet.wanted(tally, *READS):
        text = packet.text(name)
        page = read(text, Options.CMARK_OPT_UNSAFE)
        elements(tally, name, page, read(text, 0))
        tables(tally, name, text, page)
        links(tally, name, packet, page)
        charts(tally, name, page)
    return tally


class Page(html.parser.HTMLParser):
    """The elements of a page with their attributes, its table rows by source line, its headings, links and flowcharts."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open = []
        self.wrong = []
        self.elements = collections.Counter()
        self.attributes = collections.defaultdict(set)
        self.rows = []
        self.headings = []
        self.links = []
        self.charts = []
        self.drawing = False

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.elements[tag] += 1
        # The renderer's own mark of where an element came from.
        self.attributes[tag] |= set(attrs) - {"data-sourcepos"}
        if tag == "tr":
            self.rows.append([int(attrs["data-sourcepos"].split(":")[0]), "thead" in self.open, 0])
        elif tag in ("td", "th") and self.rows:
            self.rows[-1][2] += 1
        elif re.fullmatch("h[1-6]", tag):
            self.headings.append("")
        elif tag == "a":
            self.links.append([attrs.get("href", ""), ""])
        elif tag == "pre" and attrs.get("lang") == "mermaid":
            self.charts.append("")
            self.drawing = True
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.wrong.append(f"</{tag}> within {self.open[-3:]}")
            return
        self.open.pop()
        self.drawing = self.drawing and tag != "pre"

    def handle_data(self, data):
        if self.drawing:
            self.charts[-1] += data
        if any(re.fullmatch("h[1-6]", tag) for tag in self.open):
            self.headings[-1] += data
        if "a" in self.open:
            self.links[-1][1] += data


def read(text, option):
    """The page that the renderer makes of a text."""
    page = Page()
    page.feed(cmarkgfm.github_flavored_markdown_to_html(text, option | Options.CMARK_OPT_SOURCEPOS))
    page.close()
    return page


def elements(tally, name, page, safe):
    """Nothing is HTML but folds and line breaks, and all is closed where it was opened."""
    tally.check(not page.wrong, f"{name}: markup: {'; '.join(page.wrong[:5])}")
    tally.check(not page.open, f"{name}: never closed: {page.open}")
    raw = page.elements - safe.elements
    foreign = sorted(tag for tag in raw if tag not in RAW)
    tally.check(not foreign, f"{name}: written as HTML: {', '.join(f'<{tag}>' for tag in foreign[:10])}")
    odd = sorted(f"<{tag} {key}>" for tag in raw if tag in RAW for key in page.attributes[tag] - set(RAW[tag]))
    tally.check(not odd, f"{name}: attributes written as HTML: {', '.join(odd[:10])}")
    tally.check(page.elements["img"] == 0, f"{name}: {page.elements['img']} images, which a reader would fetch")
    tally.check(page.elements["h1"] == 1, f"{name}: {page.elements['h1']} headings of the first level")


def tables(tally, name, text, page):
    """Every row of a table has as many cells in the source as its header has."""
    lines = text.split("\n")
    width = 0
    wrong = []
    for line, header, cells in page.rows:
        if header:
            width = cells
        written = cells_of(lines[line - 1])
        if written != width:
            wrong.append(f"line {line} has {written}, not {width}")
    tally.check(not wrong, f"{name}: cells of table rows: {'; '.join(wrong[:10])}")
    # A line that looks like a table's and is none: its header has another width, so nothing of it was rendered as a table.
    rulers = [number for number, line in enumerate(lines, 1) if re.fullmatch(r"\s*\|(\s*:?-+:?\s*\|)+\s*", line)]
    heads = {line for line, header, _ in page.rows if header}
    lost = [number for number in rulers if number - 1 not in heads and not fenced(lines, number)]
    tally.check(not lost, f"{name}: tables that are not rendered as such: the rules in lines {lost[:10]}")


def fenced(lines, number):
    """Whether a line stands in a fenced block of code."""
    return sum(line.lstrip().startswith("```") for line in lines[: number - 1]) % 2 == 1


def cells_of(line):
    """How many cells a row has: a backslash keeps a bar within its cell, and nothing else does, not even code."""
    return len(re.findall(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))) + 1


def anchors(headings):
    """The names under which GitHub makes headings known."""
    found = collections.Counter()
    for heading in headings:
        slug = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        yield slug if found[slug] == 0 else f"{slug}-{found[slug]}"
        found[slug] += 1


def links(tally, name, packet, page):
    """A link leads to a heading, to a file of the packet, or to a page of the web.

    A page of the web has a name of its own: a link whose text is its address is one that the renderer made of mere words.
    """
    known = set(anchors(page.headings))
    wrong = []
    bare = [text for link, text in page.links if text in link and ":" in link]
    tally.check(not bare, f"{name}: words that became links: {bare[:10]}")
    for link, _ in page.links:
        link = urllib.parse.unquote(link)
        path, _, fragment = link.partition("#")
        if link.startswith("https://"):
            continue
        inside = packet.path(name).parent.joinpath(path).resolve()
        if re.match(r"[a-z][a-z0-9+.-]*:|/", link) or not inside.is_relative_to(packet.root) or not inside.exists():
            wrong.append(link)
        elif not path and fragment not in known:
            wrong.append(link)
    tally.check(not wrong, f"{name}: links that lead nowhere: {wrong[:10]}")


def charts(tally, name, page):
    """Mermaid reads every picture."""
    for number, (chart, answer) in enumerate(zip(page.charts, node("mermaid.cjs", page.charts) if page.charts else []), 1):
        tally.check("error" not in answer, f"{name}: picture {number}: {answer.get('error')}: {chart[:60]!r}")
