"""GitLab pipelines by GitLab's own schema."""

import pathlib
import tempfile

from integration import schema, texts
from outputs import Tally

#: The formats that it judges.
FORMATS = ("gitlab-ci",)


def judge(outputs):
    tally = Tally()
    for text in texts(outputs, *FORMATS):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / ".gitlab-ci.yml"
            path.write_text(text.text, encoding="utf-8")
            schema(tally, text.name, path, "vendor.gitlab-ci")
    return tally
