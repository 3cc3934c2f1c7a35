"""The calendar of reviews as RFC 5545 wants it, read by two libraries that must find the same in it: icalendar and ical.js.

Calendar programs drop what they cannot read without a word, so what the libraries would forgive is looked at in the bytes.
"""

import datetime
import re

import icalendar

from outputs import Tally, node

#: The files that it reads.
READS = ("report/calendar.ics",)
#: What a line holds at most, in octets and without its end.
LONGEST = 75
ENTRIES = ("VEVENT", "VTODO")
#: Properties whose value is text; in it a comma, a semicolon and a backslash stand behind a backslash.
TEXTS = re.compile(r"(SUMMARY|DESCRIPTION|LOCATION|COMMENT|CONTACT)(;[^:]*)?:(.*)")
ESCAPED = re.compile(r"([^\\,;]|\\[\\,;nN])*")


def judge(packet):
    tally = Tally()
    for name in packet.wanted(tally, *READS):
        raw = packet.bytes(name)
        lines(tally, name, raw)
        try:
            calendar = icalendar.Calendar.from_ical(raw)
        except (ValueError, KeyError) as error:
            tally.check(False, f"{name}: icalendar: {error}")
            continue
        # The library keeps what it could not read here and goes on.
        wrong = [f"{key}: {error}" for one in calendar.walk() for key, error in one.errors]
        tally.check(not wrong, f"{name}: icalendar could not read: {'; '.join(wrong[:5])}")
        if not wrong:
            other(tally, name, raw, contents(tally, name, calendar))
    return tally


def lines(tally, name, raw):
    """The lines as bytes: their ends, their lengths, and that none cuts a character in two."""
    tally.check(raw.endswith(b"\r\n"), f"{name}: the last line has no end")
    tally.check(raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r"), f"{name}: lines that do not end with CR LF")
    physical = raw.split(b"\r\n")
    long = [f"{number} ({len(line)})" for number, line in enumerate(physical, 1) if len(line) > LONGEST]
    tally.check(not long, f"{name}: lines of more than {LONGEST} octets: {', '.join(long[:10])}")
    cut = []
    for number, line in enumerate(physical, 1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            cut.append(number)
    tally.check(not cut, f"{name}: lines that are not UTF-8 by themselves: {cut[:10]}")
    bad = [number for number, line in enumerate(physical, 1) if any(byte < 32 and byte != 9 for byte in line)]
    tally.check(not bad, f"{name}: lines with control characters: {bad[:10]}")
    # Both libraries forgive what follows.
    open_, crossed, bare = [], [], []
    for line in re.sub(r"\r?\n[ \t]", "", raw.decode("utf-8", errors="replace")).splitlines():
        if line.startswith("BEGIN:"):
            open_.append(line[6:])
        elif line.startswith("END:"):
            last = open_.pop() if open_ else "nothing"
            crossed += [f"{line} closes {last}"] if line[4:] != last else []
        text = TEXTS.fullmatch(line)
        bare += [line[:60]] if text and not ESCAPED.fullmatch(text.group(3)) else []
    tally.check(not open_ and not crossed, f"{name}: {'; '.join(crossed) or f'never closed: {open_}'}")
    tally.check(not bare, f"{name}: commas or semicolons without a backslash: {bare[:5]}")


def contents(tally, name, calendar):
    """What every calendar and every entry of one must have."""
    tally.check(calendar.name == "VCALENDAR", f"{name}: a {calendar.name}, not a calendar")
    tally.check(str(calendar.get("VERSION")) == "2.0", f"{name}: VERSION {calendar.get('VERSION')}, not 2.0")
    tally.check(bool(str(calendar.get("PRODID") or "")), f"{name}: no PRODID")
    entries = [one for one in calendar.walk() if one.name in ENTRIES]
    tally.check(bool(entries), f"{name}: no VEVENT or VTODO, of which a calendar needs one")
    uids = [str(one.get("UID")) for one in entries]
    twice = sorted({uid for uid in uids if uids.count(uid) > 1})
    tally.check(not twice, f"{name}: a UID twice: {twice[:5]}")
    for one in entries:
        who = f"{name}: {one.name} {one.get('UID') or one.get('SUMMARY')}"
        needed = ("UID", "DTSTAMP", "SUMMARY")
        missing = [key for key in needed if not one.get(key)]
        tally.check(not missing, f"{who}: no {', '.join(missing)}")
        tally.check("DTSTART" in one or (one.name == "VTODO" and "DUE" in one), f"{who}: neither DTSTART nor DUE")
        stamp = getattr(one.get("DTSTAMP"), "dt", None)
        zoned = isinstance(stamp, datetime.datetime) and stamp.utcoffset() == datetime.timedelta(0)
        tally.check(zoned, f"{who}: DTSTAMP is no time in UTC")
        start, end = (getattr(one.get(key), "dt", None) for key in ("DTSTART", "DTEND" if one.name == "VEVENT" else "DUE"))
        if start is not None and end is not None:
            tally.check(type(start) is type(end) and start < end, f"{who}: it ends at {end}, not after its start {start}")
    return entries


def other(tally, name, raw, entries):
    """ical.js on the same bytes: it reads them, and finds the same entries."""
    answer = node("ical.cjs", raw.decode("utf-8", errors="replace"))
    tally.check("error" not in answer, f"{name}: ical.js: {answer.get('error')}")
    if "error" in answer:
        return
    ours = [(str(one.get("UID")), str(one.get("SUMMARY"))) for one in entries]
    theirs = [(one["uid"], one["summary"]) for one in answer["entries"]]
    differ = sorted(set(ours) ^ set(theirs), key=str)
    tally.check(ours == theirs, f"{name}: icalendar and ical.js read different entries: {differ[:4]}")
