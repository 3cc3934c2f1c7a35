"""The packet's own word on itself: `packet.json` against the folder, and `attestation.json` as an in-toto Statement, read by
in-toto's own types, against the outputs and the sources.
"""

import datetime
import hashlib
import json
import pathlib
import re

from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement

from outputs import Tally

#: The files that it reads; it takes the hashes of all others.
READS = ("packet.json", "attestation.json", "report/report.json")
MANIFEST = "packet.json"
ATTESTATION = "attestation.json"


def judge(packet):
    tally = Tally()
    names = packet.wanted(tally, *READS, "outputs/manifest.json", "sources/**/*")
    values = {}
    for name in names:
        if name.endswith(".json"):
            try:
                values[name] = packet.json(name)
            except ValueError as error:
                tally.check(False, f"{name}: not JSON: {error}")
    if MANIFEST in values:
        listing(tally, packet, values[MANIFEST])
    if ATTESTATION in values:
        statement(tally, packet, packet.text(ATTESTATION))
    return tally


def digest(packet, name):
    """The sha256 of a file in lower-case hexadecimal digits."""
    return hashlib.sha256(packet.bytes(name)).hexdigest()


def listing(tally, packet, manifest):
    """`packet.json`: every file of the packet but itself, once, with its hash, length and media type."""
    tally.check(manifest.get("version") == 1, f"{MANIFEST}: version {manifest.get('version')!r}, not 1")
    tally.check(bool(manifest.get("project")), f"{MANIFEST}: names no project")
    tally.check(date(manifest.get("as_of")), f"{MANIFEST}: as_of {manifest.get('as_of')!r} is no day")
    listed = [file["path"] for file in manifest["files"]]
    twice = sorted({path for path in listed if listed.count(path) > 1})
    tally.check(not twice, f"{MANIFEST}: listed twice: {twice}")
    for file in manifest["files"]:
        path = file["path"]
        pure = pathlib.PurePosixPath(path)
        if pure.is_absolute() or ".." in pure.parts or pure.as_posix() != path or "\\" in path:
            tally.check(False, f"{MANIFEST}: {path!r} is no plain path within the packet")
        elif not packet.path(path).is_file():
            tally.check(False, f"{path}: listed in {MANIFEST}, but not in the packet")
        else:
            found = digest(packet, path)
            tally.check(file["sha256"] == found, f"{path}: its sha256 is {found}, not that of {MANIFEST}")
            size = len(packet.bytes(path))
            tally.check(file["bytes"] == size, f"{path}: {size} bytes, not the {file['bytes']} of {MANIFEST}")
            kind = str(file.get("media_type"))
            tally.check(re.fullmatch(r"[a-z]+/[a-z0-9.+-]+(;.*)?", kind) is not None, f"{path}: media_type {kind!r} is none")
    for name in packet.files("**/*"):
        if name != MANIFEST:
            tally.check(name in listed, f"{name}: in the packet, but not listed in {MANIFEST}")


def date(text):
    """Whether it is a day as ISO 8601 writes it."""
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except (TypeError, ValueError):
        return False


def statement(tally, packet, text):
    """The attestation: a Statement whose subjects are the outputs, and whose predicate knows the sources."""
    try:
        # The types of in-toto refuse what they do not know, and what lacks a part of a Statement.
        read = json_format.Parse(text, statement_pb2.Statement())
        Statement.copy_from_pb(read).validate()
    except (json_format.ParseError, ValueError) as error:
        tally.check(False, f"{ATTESTATION}: {error}")
        return
    tally.passed += 1
    kind = read.predicate_type
    tally.check(re.fullmatch(r"https?://\S+", kind) is not None, f"{ATTESTATION}: predicateType {kind!r} is no address")
    named = set()
    for subject in read.subject:
        # A subject is named from the packet's top or from the folder of outputs.
        name = subject.name if subject.name.startswith("outputs/") else f"outputs/{subject.name}"
        tally.check(name not in named, f"{ATTESTATION}: the subject {subject.name} stands twice")
        named.add(name)
        if name not in packet.files("outputs/**/*"):
            tally.check(False, f"{ATTESTATION}: the subject {subject.name} is no file of outputs/")
            continue
        right = subject.digest.get("sha256") == digest(packet, name)
        tally.check(right, f"{ATTESTATION}: the subject {subject.name} has another sha256 than {name}")
    # The manifest of the outputs lists the others, and may be a subject or not.
    for name in packet.files("outputs/**/*"):
        tally.check(name in named or name == "outputs/manifest.json", f"{name}: no subject of {ATTESTATION}")
    # What the predicate calls the hashes is its own affair: that each source's stands in it is not.
    predicate = json.dumps(json.loads(text)["predicate"])
    for name in packet.files("sources/**/*"):
        tally.check(digest(packet, name) in predicate, f"{name}: its sha256 stands nowhere in the predicate of {ATTESTATION}")
    tally.check("verdict" in predicate, f"{ATTESTATION}: the predicate has no verdict")
