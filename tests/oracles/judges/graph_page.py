"""What `scopec graph --format html` prints, in a browser: search, details, paths, keyboard, filters, dark mode, print.

The page may ask for nothing from anywhere, must say nothing on the console, and must run no text of the project.
"""

import shutil
import tempfile

from outputs import Tally, node
from pictures import pictures

#: The formats that it judges.
FORMATS = ("graph-html", "graph-svg")


def judge(outputs):
    tally = Tally()
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        tally.check(False, "no chromium: Debian's package `chromium` must be installed")
        return tally
    with tempfile.TemporaryDirectory() as folder:
        asked = []
        for word in ("html", "svg"):
            for picture in pictures(outputs, word, tally, folder):
                asked.append({"name": picture.name, "path": str(picture.path.resolve()), "kind": word, "view": picture.view})
        for answer in node("page.cjs", {"browser": browser, "pages": asked}):
            tally.passed += answer["passed"]
            tally.failures += [f"{answer['name']}: {failure}" for failure in answer["failures"]]
    return tally
