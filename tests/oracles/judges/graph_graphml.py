"""What `scopec graph --format graphml` prints: networkx reads it and finds every node, edge and attribute."""

import tempfile

import networkx

from outputs import Tally
from pictures import pictures

#: The formats that it judges.
FORMATS = ("graph-graphml",)


def judge(outputs):
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for picture in pictures(outputs, "graphml", tally, folder):
            try:
                graph = networkx.read_graphml(picture.path, force_multigraph=True)
            except Exception as error:  # pylint: disable=broad-except
                tally.check(False, f"{picture.name}: networkx: {error}")
                continue
            # An end that no node declares becomes a node without attributes.
            dangling = [node for node, data in graph.nodes(data=True) if "id" not in data]
            tally.check(not dangling, f"{picture.name}: dangling ends {dangling[:5]}")
            found = sorted(words(data["id"]) for _, data in graph.nodes(data=True) if "id" in data)
            wanted = sorted(words(node["id"]) for node in picture.view["nodes"])
            tally.check(found == wanted, f"{picture.name}: {len(found)} nodes, not the {len(wanted)} of the view")
            found = sorted(
                (words(graph.nodes[start].get("id", "")), words(graph.nodes[end].get("id", "")), words(data["edge"]), data["verdict"])
                for start, end, data in graph.edges(data=True)
            )
            wanted = sorted(
                (words(edge["from"]), words(edge["to"]), words(edge["edge"]), edge["verdict"]) for edge in picture.view["edges"]
            )
            tally.check(found == wanted, f"{picture.name}: {len(found)} edges, not the {len(wanted)} of the view")
    return tally


def words(text):
    """A text as XML keeps it: control characters, which it cannot hold, are spaces."""
    return " ".join("".join(" " if ord(c) < 32 or 127 <= ord(c) < 160 else c for c in text).split())
