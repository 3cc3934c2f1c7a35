"""What `scopec graph --format dot` prints: Graphviz reads it without a warning and finds every node and edge."""

import json
import tempfile

from outputs import Tally, command, first_lines
from pictures import pictures

#: The formats that it judges.
FORMATS = ("graph-dot",)


def judge(outputs):
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for picture in pictures(outputs, "dot", tally, folder):
            status, out, err = command(["dot", "-Tdot_json", picture.path])
            tally.check(status == 0 and not err.strip(), f"{picture.name}: dot ({status}): {first_lines(err)}")
            if status != 0:
                continue
            # Graphviz lists clusters among the objects; these hold nodes, a node does not.
            read = json.loads(out)
            nodes = {one["name"] for one in read.get("objects", []) if "nodes" not in one and "subgraphs" not in one}
            clusters = [one for one in read.get("objects", []) if one["name"].startswith("cluster:")]
            wanted = len(picture.view["nodes"])
            tally.check(len(nodes) == wanted, f"{picture.name}: {len(nodes)} nodes, not {wanted}")
            edges = len(read.get("edges", []))
            wanted = len(picture.view["edges"])
            tally.check(edges == wanted, f"{picture.name}: {edges} edges, not {wanted}")
            boxes = {node["system"] or node["team"] for node in picture.view["nodes"]} - {None}
            tally.check(len(clusters) == len(boxes), f"{picture.name}: {len(clusters)} clusters, not {len(boxes)}")
    return tally
