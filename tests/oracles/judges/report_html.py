"""A report as pages: their markup by html-validate, and in a browser what a person meets, with axe on what keeps some out.

A page must read on a desk and on a phone, in the light and in the dark, on paper and without scripts; it may ask for nothing from
anywhere, and must say nothing on the console.
"""

import shutil

from outputs import Tally, node

#: The files that it reads.
READS = ("report/report.html", "report/report.sections/*.html")


def judge(packet):
    tally = Tally()
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        tally.check(False, "no chromium: Debian's package `chromium` must be installed")
        return tally
    packet.wanted(tally, READS[0])
    # Each page by itself: a large estate has many, and each has its own time.
    for name in packet.files(*READS):
        answer = node("report_page.cjs", {"browser": browser, "root": str(packet.root), "path": str(packet.path(name))})
        tally.passed += answer["passed"]
        tally.failures += [f"{name}: {failure}" for failure in answer["failures"]]
        tally.notes += [f"{name}: {note}" for note in answer["notes"]]
    return tally
