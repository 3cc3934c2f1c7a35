"""What `scopec graph --format mermaid` prints: Mermaid's own parser reads it and finds every node, edge and subgraph."""

import tempfile

from outputs import Tally, node
from pictures import pictures

#: The formats that it judges.
FORMATS = ("graph-mermaid",)


def judge(outputs):
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        drawn = list(pictures(outputs, "mermaid", tally, folder))
        answers = node("mermaid.cjs", [picture.text for picture in drawn])
        for picture, answer in zip(drawn, answers, strict=True):
            tally.check("error" not in answer, f"{picture.name}: {answer.get('error')}")
            if "error" in answer:
                continue
            if answer["hidden"]:
                tally.notes.append(f"{picture.name}: drawn in part, so nothing is counted")
                continue
            for what in ("nodes", "edges"):
                found, wanted = answer[what], len(picture.view[what])
                tally.check(found == wanted, f"{picture.name}: {found} {what}, not {wanted}")
            boxes = {one["system"] or one["team"] for one in picture.view["nodes"]} - {None}
            found = answer["boxes"]
            tally.check(found == len(boxes), f"{picture.name}: {found} subgraphs, not {len(boxes)}")
    return tally
