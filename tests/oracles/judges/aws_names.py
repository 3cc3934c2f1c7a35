"""AWS policy documents: grammar, action names, operators and address forms, by parliament.

parliament's catalogue is the oldest of the public ones, so an action that it alone does not know is a note; one that
iam-data does not know either is a failure. Address mismatches, condition keys and identity providers come from the same
old lists and are notes for the same reason.
"""

import json

from parliament import analyze_policy_string

from outputs import Tally, node

#: The formats that it judges, and the most characters that AWS takes of each; a trust
#: policy past 2,048 needs a raised quota.
LIMITS = {"iam-policy": 6144, "iam-permissions-boundary": 6144, "iam-trust-policy": 4096}
FORMATS = tuple(LIMITS)
NOT_KNOWN = {"UNKNOWN_ACTION", "UNKNOWN_PREFIX"}
OLD_KNOWLEDGE = {"UNKNOWN_CONDITION_FOR_ACTION", "UNKNOWN_FEDERATION_SOURCE", "RESOURCE_MISMATCH"}
#: Breadth is the declaration's business and scopec's own findings', not a fault of the document.
BREADTH = {"RESOURCE_STAR", "RESOURCE_EFFECTIVELY_STAR", "RESOURCE_POLICY_PRIVILEGE_ESCALATION"}


def judge(outputs):
    tally = Tally()
    unknown = []
    for file in outputs.of(*FORMATS):
        text = outputs.text(file)
        if file["format"] == "iam-trust-policy":
            text = with_resource(text)
        wrong = []
        # White space does not count towards AWS's limits.
        size = len("".join(outputs.text(file).split()))
        if size > LIMITS[file["format"]]:
            wrong.append(f"{file['path']}: {size} characters, and AWS takes {LIMITS[file['format']]}")
        for finding in analyze_policy_string(text).findings:
            what = f"{file['path']}: {finding.issue}: {short(finding.detail)}"
            if finding.issue in NOT_KNOWN:
                unknown.append((file["path"], finding.location["string"]))
            elif finding.issue in OLD_KNOWLEDGE:
                tally.notes.append(what)
            elif finding.issue not in BREADTH:
                wrong.append(what)
        tally.check(not wrong, "; ".join(wrong))
    if unknown:
        known = node("aws_catalogue.cjs", {"actions": [action for _, action in unknown]})
        for (path, action), also_known in zip(unknown, known, strict=True):
            if also_known:
                tally.notes.append(f"{path}: `{action}` is known to iam-data, not to parliament")
            else:
                tally.check(False, f"{path}: nobody knows the action `{action}`")
    return tally


def with_resource(text):
    """A trust policy names no resource, and parliament calls any document without one malformed."""
    try:
        policy = json.loads(text)
    except ValueError:
        return text
    statements = policy.get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        statement.setdefault("Resource", "*")
    return json.dumps(policy)


def short(detail):
    text = detail if isinstance(detail, str) else json.dumps(detail)
    return text if len(text) <= 200 else text[:200] + "…"
