"""The register of identities as a table: RFC 4180 by Python's reader, and Gnumeric, a spreadsheet program, on the same bytes.

What a person reads in a cell must be what the file says. So no cell may be a formula, in Gnumeric or in a program that makes one of
a leading `+`, `-` or `@` too, and none may turn into a number or a date of another text: `0012` read as 12 is another identity.
A leading apostrophe says that the cell is text; it is not part of what the cell shows.
"""

import csv
import datetime
import gzip
import io
import pathlib
import re
import shutil
import tempfile
import xml.etree.ElementTree as ElementTree

from outputs import Tally, command, first_lines

#: The files that it reads.
READS = ("report/inventory.csv",)
GNM = "{http://www.gnumeric.org/v10.dtd}"
#: What a spreadsheet program takes as the beginning of a formula, or strips to find one; the last four are the wide forms.
FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
#: A number that is shown as it is written: none that ends in noughts behind its point, and none of more than eleven digits, which
#: spreadsheet programs shorten, so that an account's number is no longer to be read.
NUMBER = re.compile(r"(?!\D*(\d\D?){12})-?(0|[1-9]\d*)(\.\d*[1-9])?")
#: Day 0 of a spreadsheet's calendar, as it counts since March 1900.
DAY_ZERO = datetime.datetime(1899, 12, 30, tzinfo=datetime.timezone.utc)
#: The types of value in Gnumeric's XML; a formula has none.
EMPTY, BOOLEAN, INTEGER, FLOAT, TEXT = ("10", "20", "30", "40", "60")


def judge(packet):
    tally = Tally()
    if shutil.which("ssconvert") is None:
        tally.check(False, "no ssconvert: Debian's package `gnumeric` must be installed")
        return tally
    for name in packet.wanted(tally, *READS):
        try:
            rows = table(tally, name, packet.text(name))
        except (ValueError, csv.Error) as error:
            tally.check(False, f"{name}: not RFC 4180 in UTF-8: {error}")
            continue
        harmless(tally, name, rows)
        sheet(tally, name, packet.path(name), rows)
    return tally


def table(tally, name, text):
    """The rows of the file, which must all be as long as the header."""
    # Outside of quotes a line ends with CR LF, the last one too.
    bare = re.sub(r'"[^"]*"', "", text)
    tally.check(bare.endswith("\r\n") and not re.search(r"\r(?!\n)|(?<!\r)\n", bare), f"{name}: lines that do not end with CR LF")
    tally.check('"' not in bare, f"{name}: a quote that is never closed")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
    header = rows[0] if rows else []
    tally.check(bool(header) and len(set(header)) == len(header) and all(header), f"{name}: a header with names empty or twice: {header}")
    ragged = [number for number, row in enumerate(rows, 1) if len(row) != len(header)]
    tally.check(not ragged, f"{name}: rows of another length than the header's {len(header)}: {ragged[:10]}")
    return rows


def harmless(tally, name, rows):
    """No cell begins as a formula does, in any program."""
    wrong = [
        f"{place(line, column)} {cell[:40]!r}"
        for line, row in enumerate(rows)
        for column, cell in enumerate(row)
        if (cell.startswith(FORMULA) or cell.lstrip().startswith(FORMULA)) and not NUMBER.fullmatch(cell)
    ]
    tally.check(not wrong, f"{name}: cells that begin as a formula does: {', '.join(wrong[:10])}")


def place(line, column):
    """A cell's name in a spreadsheet, for the first 26 columns; the numbers beyond."""
    return f"{chr(65 + column)}{line + 1}" if column < 26 else f"R{line + 1}C{column + 1}"


def sheet(tally, name, path, rows):
    """What Gnumeric makes of the file: as many rows and columns, no formula, and the text of every cell."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "sheet.gnumeric"
        status, said, err = command(["ssconvert", path, out], environment={"LC_ALL": "C.UTF-8", "HOME": folder})
        if status != 0 or not out.is_file():
            tally.check(False, f"{name}: ssconvert ended with {status}: {first_lines(said + err)}")
            return
        with gzip.open(out) as packed:
            root = ElementTree.parse(packed).getroot()
    sheets = root.findall(f".//{GNM}Sheet")
    tally.check(len(sheets) == 1, f"{name}: {len(sheets)} sheets")
    cells = {(int(cell.get("Row")), int(cell.get("Col"))): cell for cell in sheets[0].iter(f"{GNM}Cell")}
    size = (1 + max((row for row, _ in cells), default=-1), 1 + max((column for _, column in cells), default=-1))
    told = (len(rows), max(map(len, rows), default=0))
    hint = "what follows a quoted cell may be taken as the separator of all, so quote all cells or none"
    tally.check(size == told, f"{name}: {size[0]} rows and {size[1]} columns in a spreadsheet, not {told[0]} and {told[1]}: {hint}")
    formulas = [f"{place(*at)} {cell.text!r}" for at, cell in sorted(cells.items()) if cell.get("ValueType") is None]
    tally.check(not formulas, f"{name}: formulas in a spreadsheet: {', '.join(formulas[:10])}")
    other = []
    for line, row in enumerate(rows):
        for column, text in enumerate(row):
            cell = cells.get((line, column))
            if not survives(text, cell):
                read = "nothing" if cell is None else f"{cell.text!r} of type {cell.get('ValueType')}"
                other.append(f"{place(line, column)} {text[:40]!r} becomes {read[:60]}")
    tally.check(not other, f"{name}: {len(other)} cells of another text in a spreadsheet: {'; '.join(other[:10])}")


def survives(text, cell):
    """Whether the cell of the spreadsheet shows the text of the file."""
    if cell is None or cell.get("ValueType") == EMPTY:
        return text in ("", "'")
    kind, value = cell.get("ValueType"), cell.text or ""
    if kind == TEXT:
        # XML has one kind of line end.
        return value == text.removeprefix("'").replace("\r\n", "\n").replace("\r", "\n")
    if kind == BOOLEAN:
        return value.lower() == text.lower()
    if kind in (INTEGER, FLOAT):
        if NUMBER.fullmatch(text):
            return float(value) == float(text)
        return day(text) is not None and abs(day(text) - float(value)) < 1e-6
    return False


def day(text):
    """The number by which a spreadsheet keeps a day or a time that ISO 8601 writes, or nothing."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", text):
        return None
    try:
        then = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return (then.replace(tzinfo=datetime.timezone.utc) - DAY_ZERO) / datetime.timedelta(days=1)
