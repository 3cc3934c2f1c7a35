"""An evidence packet of `scopec report --packet` as judges see it, and the samples of those judges."""

import json
import pathlib
import shutil

from outputs import HERE

#: The packet that every judge of packets must accept; the samples of each are this one with a change.
GOOD = HERE / "samples" / "report" / "good"


class Packet:
    """One packet: its folder, and the files that lie in it whether its manifest lists them or not."""

    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()

    def files(self, *patterns):
        """The names of the files that match one of the patterns, each relative to the packet, in order."""
        found = {path for pattern in patterns for path in self.root.glob(pattern) if path.is_file()}
        return sorted(path.relative_to(self.root).as_posix() for path in found)

    def wanted(self, tally, *patterns):
        """The files of `files`; a pattern that none matches is a failure, since a packet has one of each."""
        for pattern in patterns:
            if not self.files(pattern):
                tally.check(False, f"{pattern}: not in the packet")
        return self.files(*patterns)

    def path(self, name):
        """Where a file lies."""
        return self.root / name

    def bytes(self, name):
        """A file as it is."""
        return self.path(name).read_bytes()

    def text(self, name):
        """A file's text, its line ends as they are."""
        return self.bytes(name).decode("utf-8")

    def json(self, name):
        """A file's value; a key that stands twice is an error, since readers differ on which one counts."""
        return json.loads(self.text(name), object_pairs_hook=once)


def once(pairs):
    """An object of JSON whose keys are all different."""
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"keys that stand twice: {sorted({name for name in names if names.count(name) > 1})}")
    return value


def lay(sample, folder):
    """The packet of a sample, laid out in `folder`: the good one, with what the sample's `changes.json` says done to it.

    A change names a file, a text in it and what the text becomes; one without a text is of the whole file, which is taken
    away when it becomes null. A text that does not stand in its file exactly once is an error, so that no sample can turn
    into the good one unseen.
    """
    root = pathlib.Path(folder) / "packet"
    shutil.copytree(GOOD, root)
    changes = sample / "changes.json"
    for change in json.loads(changes.read_text(encoding="utf-8")) if changes.is_file() else []:
        path = root / change["file"]
        if "text" in change:
            before = path.read_bytes().decode("utf-8")
            if before.count(change["text"]) != 1:
                raise ValueError(f"{sample.name}: {change['text']!r} stands {before.count(change['text'])} times in {path.name}")
            path.write_bytes(before.replace(change["text"], change["becomes"]).encode("utf-8"))
        elif change["becomes"] is None:
            path.unlink()
        else:
            path.write_bytes(change["becomes"].encode("utf-8"))
    return Packet(root)
