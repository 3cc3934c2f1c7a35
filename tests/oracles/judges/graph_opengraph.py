"""What `scopec graph --format opengraph` prints, by the rules of BloodHound's ingest.

No package holds these rules in full: PyPI's libraries for the format accept what the ingest refuses. So they are
written out here, after https://bloodhound.specterops.io/opengraph/developer/schema and the pages beside it.
"""

import json
import re
import tempfile

import jsonschema

from outputs import Tally
from pictures import pictures

#: The formats that it judges.
FORMATS = ("graph-opengraph",)
KIND = "^[A-Za-z0-9_]+$"
#: A value is text, a number, a truth value, or a list of things of one of these types.
FLAT = {
    "anyOf": [{"type": kind} for kind in ("string", "number", "boolean")]
    + [{"type": "array", "items": {"type": kind}} for kind in ("string", "number", "boolean")]
}
PROPERTIES = {
    "type": "object",
    "propertyNames": {"pattern": "^[a-z0-9_]+$", "not": {"const": "objectid"}},
    "additionalProperties": FLAT,
}
END = {
    "type": "object",
    "required": ["match_by", "value"],
    "properties": {"match_by": {"const": "id"}, "value": {"type": "string", "minLength": 1}},
    "additionalProperties": False,
}
SCHEMA = {
    "type": "object",
    "required": ["graph"],
    "additionalProperties": False,
    "properties": {
        "metadata": {
            "type": "object",
            "properties": {"source_kind": {"type": "string", "pattern": KIND}},
            "additionalProperties": False,
        },
        "graph": {
            "type": "object",
            "required": ["nodes", "edges"],
            "additionalProperties": False,
            "properties": {
                "nodes": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["id", "kinds", "properties"],
                        "additionalProperties": False,
                        "properties": {
                            "id": {"type": "string", "minLength": 1},
                            "kinds": {
                                "type": "array",
                                "minItems": 1,
                                "maxItems": 3,
                                "items": {"type": "string", "pattern": KIND},
                            },
                            "properties": PROPERTIES,
                        },
                    },
                },
                "edges": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["start", "end", "kind", "properties"],
                        "additionalProperties": False,
                        "properties": {
                            "start": END,
                            "end": END,
                            "kind": {"type": "string", "pattern": KIND},
                            "properties": PROPERTIES,
                        },
                    },
                },
            },
        },
    },
}


def judge(outputs):
    tally = Tally()
    validator = jsonschema.Draft202012Validator(SCHEMA)
    with tempfile.TemporaryDirectory() as folder:
        for picture in pictures(outputs, "opengraph", tally, folder):
            try:
                payload = json.loads(picture.text)
            except ValueError as error:
                tally.check(False, f"{picture.name}: not JSON: {error}")
                continue
            wrong = sorted(f"{error.json_path}: {error.message}" for error in validator.iter_errors(payload))
            tally.check(not wrong, f"{picture.name}: {'; '.join(wrong)[:600]}")
            if not wrong:
                examine(tally, picture, payload["graph"])
    return tally


def examine(tally, picture, graph):
    """What a schema cannot say: ids are unique in any case of letters, ends exist, an edge is told once."""
    ids = [node["id"] for node in graph["nodes"]]
    tally.check(len({one.upper() for one in ids}) == len(ids), f"{picture.name}: an id is there twice")
    ends = {edge[end]["value"] for edge in graph["edges"] for end in ("start", "end")}
    dangling = sorted(ends - set(ids))
    tally.check(not dangling, f"{picture.name}: dangling ends {dangling[:5]}")
    told = [(edge["start"]["value"], edge["end"]["value"], edge["kind"]) for edge in graph["edges"]]
    tally.check(len(set(told)) == len(told), f"{picture.name}: an edge of one kind is there twice, and the last would win")
    nodes = [node for node in graph["nodes"] if node["kinds"] != ["Scopec_Note"]]
    tally.check(len(nodes) == len(picture.view["nodes"]), f"{picture.name}: {len(nodes)} nodes, not {len(picture.view['nodes'])}")
    pairs = {(edge["from"], edge["to"], edge["kind"], edge["verdict"]) for edge in picture.view["edges"]}
    tally.check(len(told) == len(pairs), f"{picture.name}: {len(told)} edges, not {len(pairs)}")
    tally.check(
        all(re.match("^Scopec_", kind) for node in nodes for kind in node["kinds"]),
        f"{picture.name}: a kind without the source's prefix",
    )
