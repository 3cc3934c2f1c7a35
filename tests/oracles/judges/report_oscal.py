"""The OSCAL of a report: each file as compliance-trestle's model of its kind, and what joins the files to one another.

The model refuses unknown keys, empty arrays and wrong identifiers, and does not follow references. Those are followed here: a
reference counts as resolved when its target stands in the same file or in one that the file's hrefs lead to.
"""

import logging
import pathlib
import re
import urllib.parse

from trestle.common.err import TrestleError
from trestle.core.validator_factory import validator_factory
from trestle.oscal.assessment_plan import AssessmentPlan
from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.catalog import Catalog
from trestle.oscal.component import ComponentDefinition

from outputs import Tally

#: The catalogues: none where a report is about frameworks of NIST's alone, since NIST publishes those. One that is
#: missing is missed by whatever refers to it.
CATALOGUES = "report/oscal/catalog-*.json"
#: The files that it reads.
READS = (
    CATALOGUES,
    "report/oscal/component-definition.json",
    "report/oscal/assessment-plan.json",
    "report/oscal/assessment-results.json",
)
KINDS = {
    "catalog": Catalog,
    "component-definition": ComponentDefinition,
    "assessment-plan": AssessmentPlan,
    "assessment-results": AssessmentResults,
}
#: The lists in which the target of each kind of reference stands.
TARGETS = {
    "observation-uuid": ("observations",),
    "risk-uuid": ("risks", "identified-risks"),
    "activity-uuid": ("activities",),
    "task-uuid": ("tasks",),
    "component-uuid": ("components",),
    "party-uuid": ("parties",),
    "implementation-statement-uuid": ("statements",),
    "actor-uuid": ("components", "parties", "assessment-platforms"),
    "subject-uuid": ("components", "inventory-items", "locations", "parties", "users", "resources"),
}
#: What the `type` of a subject says about where it stands.
SUBJECTS = {
    "component": "components",
    "inventory-item": "inventory-items",
    "location": "locations",
    "party": "parties",
    "user": "users",
    "resource": "resources",
}
#: The controls of NIST's own catalogues: SP 800-53 revision 5 and the Cybersecurity Framework 2.0.
SP_800_53 = r"(ac|at|au|ca|cm|cp|ia|ir|ma|mp|pe|pl|pm|ps|pt|ra|sa|sc|si|sr)-[1-9]\d?(\.[1-9]\d?)?"
CSF = r"(GV|ID|PR|DE|RS|RC)\.[A-Z]{2}-\d\d"
NIST = re.compile(rf"{SP_800_53}|{CSF}")
#: The statements and objectives of them, which the two catalogues name in different ways.
NIST_PART = re.compile(rf"{SP_800_53}_(smt|obj)(\.[\w.-]+)?|{CSF}_statement")
#: Where NIST publishes them; a packet need not hold these.
PUBLISHED = re.compile(
    r"https://(raw\.githubusercontent\.com|github\.com)/usnistgov/oscal-content/\S+|https://([a-z0-9-]+\.)*nist\.gov/\S+"
)
#: Elements whose href is needed to read the file, so that it may not lead out of the packet.
IMPORTS = {"import-ap", "import-ssp", "import-component-definitions", "imports"}


def judge(packet):
    logging.getLogger("trestle").setLevel(logging.CRITICAL)
    tally = Tally()
    documents = {}
    for name in packet.files(CATALOGUES) + packet.wanted(tally, *(name for name in READS if name != CATALOGUES)):
        document = model(tally, packet, name)
        if document is not None:
            documents[name] = Document(name, *document)
    for name in packet.files("report/oscal/**/*"):
        known = any(pathlib.PurePosixPath(name).match(pattern) for pattern in READS)
        tally.check(known, f"{name}: nobody knows what this file is")
    distinct(tally, documents)
    for document in documents.values():
        references(tally, packet, document, documents)
        controls(tally, document, documents)
        if document.kind == "component-definition":
            sources(tally, packet, document, documents)
        if document.kind == "assessment-results":
            states(tally, document)
    return tally


def model(tally, packet, name):
    """The kind and the content of a file, when it is one of the model; what the model says otherwise."""
    try:
        value = packet.json(name)
        (kind,) = value
        if kind != re.sub(r"^(catalog)-.*", r"\1", pathlib.PurePosixPath(name).stem):
            raise ValueError(f"the file is a {kind}")
        # A warning of the model is an error of the file: it reads the file all the same.
        read = KINDS[kind].oscal_read(packet.path(name))
    except (TrestleError, ValueError) as error:
        said = str(error).replace(f"{packet.root}/", "")
        tally.check(False, f"{name}: {' '.join(said.split())[:1500]}")
        return None
    tally.passed += 1
    for validator in validator_factory.get_all():
        tally.check(validator.model_is_valid(read, True), f"{name}: trestle validate: {' '.join(validator.error_msg().split())}")
    version = value[kind]["metadata"]["oscal-version"]
    tally.check(version.startswith("1."), f"{name}: oscal-version {version}")
    return kind, value[kind]


class Document:
    """One file: every object in it with the list that it stands in, its identifiers, its references and its hrefs."""

    def __init__(self, name, kind, value):
        self.name = name
        self.kind = kind
        self.value = value
        #: Each uuid with the names of the lists that it stands in, once for each time.
        self.uuids = {}
        #: Each reference: where it stands, its key, its value and the object that it is a part of.
        self.references = []
        #: Each href: where it stands, the href and the name of the element that has it.
        self.hrefs = []
        #: Each control or part of one that is spoken of: where, the identifier and whether it may be a part.
        self.controls = []
        #: The controls that it defines, and the parts of them.
        self.defined = {False: set(), True: set()}
        self.walk(value, kind, kind)

    def walk(self, value, place, within):
        """Takes in one value, which stands at `place` in a list or element named `within`."""
        if isinstance(value, list):
            for number, one in enumerate(value):
                self.walk(one, f"{place}[{number}]", within)
            return
        if not isinstance(value, dict):
            return
        if "uuid" in value:
            self.uuids.setdefault(value["uuid"].lower(), []).append(within)
        if within in ("controls", "parts") and "id" in value and self.kind == "catalog":
            self.defined[within == "parts"].add(value["id"])
        for key, one in value.items():
            here = f"{place}.{key}"
            if key.endswith("-uuid") and isinstance(one, str):
                self.references.append((here, key, one.lower(), value))
            elif key.endswith("-uuids"):
                self.references += [(here, key[:-1], each.lower(), value) for each in one]
            elif key == "href":
                self.hrefs.append((here, one, within))
            elif key == "source" and isinstance(one, str) and within == "control-implementations":
                self.hrefs.append((here, one, within))
            elif key == "control-id":
                self.controls.append((here, one, False))
            elif key in ("statement-id", "objective-id", "target-id"):
                self.controls.append((here, one, True))
            elif key == "statement-ids":
                self.controls += [(here, each, True) for each in one]
            self.walk(one, here, key)


def distinct(tally, documents):
    """A uuid stands once in a file, and means the same kind of thing in all files."""
    kinds = {}
    for document in documents.values():
        twice = sorted(uuid for uuid, lists in document.uuids.items() if len(lists) > 1)
        tally.check(not twice, f"{document.name}: a uuid twice: {twice[:5]}")
        for uuid, lists in document.uuids.items():
            kinds.setdefault(uuid, {}).setdefault(lists[0], document.name)
    mixed = sorted(f"{uuid} in {sorted(lists.items())}" for uuid, lists in kinds.items() if len(lists) > 1)
    tally.check(not mixed, f"a uuid of different things: {'; '.join(mixed[:5])}")
    tops = [document.value["uuid"].lower() for document in documents.values()]
    tally.check(len(tops) == len(set(tops)), "two files with the same uuid")


def reached(packet, document, documents):
    """The files that can be read from this one by following hrefs, itself first."""
    found = [document]
    for one in found:
        for _, href, _ in one.hrefs:
            name = inside(packet, one, href)
            if name in documents and documents[name] not in found:
                found.append(documents[name])
    return found


def inside(packet, document, href):
    """The name of the file in the packet that a relative href leads to, or nothing."""
    path = urllib.parse.unquote(href.partition("#")[0])
    if not path or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|/", path):
        return None
    there = packet.path(document.name).parent.joinpath(path).resolve()
    return there.relative_to(packet.root).as_posix() if there.is_relative_to(packet.root) and there.is_file() else None


def references(tally, packet, document, documents):
    """Every uuid that is referred to is there, in a list of the right kind, and every href leads somewhere."""
    files = reached(packet, document, documents)
    found = {}
    for file in files:
        for uuid, lists in file.uuids.items():
            found.setdefault(uuid, set()).update(lists)
    wrong = []
    for place, key, uuid, owner in document.references:
        lists = found.get(uuid, set())
        allowed = TARGETS.get(key)
        if key == "subject-uuid" and owner.get("type") in SUBJECTS:
            allowed = (SUBJECTS[owner["type"]],)
        if not lists:
            wrong.append(f"{place}: {uuid} is in no file that this one leads to")
        elif allowed is not None and not lists & set(allowed):
            wrong.append(f"{place}: {uuid} is one of {sorted(lists)}, not of {' or '.join(allowed)}")
    tally.check(not wrong, f"{document.name}: {len(wrong)} references: {'; '.join(wrong[:5])}")
    lost = []
    for place, href, within in document.hrefs:
        if href.startswith("#"):
            # A fragment is the uuid of a resource of the same file.
            if "resources" not in document.uuids.get(href[1:].lower(), []):
                lost.append(f"{place}: {href} is no resource of the file")
        elif re.match(r"https://", href):
            if within in IMPORTS or (within == "control-implementations" and not PUBLISHED.fullmatch(href)):
                lost.append(f"{place}: {href} is not in the packet, and not published by NIST")
        elif inside(packet, document, href) is None:
            lost.append(f"{place}: {href} is no file of the packet")
    tally.check(not lost, f"{document.name}: {len(lost)} hrefs: {'; '.join(lost[:5])}")
    roles = {role["id"] for role in document.value["metadata"].get("roles", [])}
    strange = sorted(set(role_ids(document.value)) - roles)
    tally.check(not strange, f"{document.name}: roles that its metadata lacks: {strange[:5]}")


def role_ids(value):
    """Every role that is referred to within a value."""
    if isinstance(value, list):
        for one in value:
            yield from role_ids(one)
    elif isinstance(value, dict):
        if isinstance(value.get("role-id"), str):
            yield value["role-id"]
        for key, one in value.items():
            if key == "role-ids":
                yield from one
            else:
                yield from role_ids(one)


def controls(tally, document, documents):
    """Every control that is spoken of stands in a catalogue of the packet or has a name of NIST's.

    Where a statement or an objective is meant, the control's own name is none.
    """
    wrong = []
    for place, name, part in document.controls:
        own = any(name in one.defined[part] for one in documents.values())
        if not own and not (NIST_PART if part else NIST).fullmatch(name):
            wrong.append(f"{place}: {name} is no {'statement or objective' if part else 'control'} of any")
    tally.check(not wrong, f"{document.name}: {len(wrong)} names that no catalogue has: {'; '.join(wrong[:5])}")


def sources(tally, packet, document, documents):
    """What a component implements stands in the very catalogue that it names as the source."""
    owners = document.value.get("components", []) + document.value.get("capabilities", [])
    for implementation in [one for owner in owners for one in owner.get("control-implementations", [])]:
        source = documents.get(inside(packet, document, implementation["source"]))
        names = [one["control-id"] for one in implementation["implemented-requirements"]]
        if source is not None:
            strange = sorted(set(names) - source.defined[False])
            tally.check(not strange, f"{document.name}: not in {source.name}: {strange[:5]}")
        elif PUBLISHED.fullmatch(implementation["source"]):
            strange = sorted(name for name in names if not NIST.fullmatch(name))
            tally.check(not strange, f"{document.name}: not NIST's, though the source is: {strange[:5]}")


def states(tally, document):
    """Every finding says whether its target is satisfied: the model does not demand it, and one without says nothing."""
    findings = [finding for result in document.value["results"] for finding in result.get("findings", [])]
    silent = [one["title"] for one in findings if one["target"].get("status", {}).get("state") not in ("satisfied", "not-satisfied")]
    tally.check(not silent, f"{document.name}: findings without a state: {silent[:5]}")
