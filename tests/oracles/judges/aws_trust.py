"""AWS trust policies: who may assume a role, by iam-simulate.

Beside scopec's own probes, each admitted caller is varied into strangers that must be refused: another provider, account or
service, the same provider with a foreign subject, and with none. A probe's context therefore holds only the keys that its
declaration limits.
"""

import hashlib

from judges.aws_meaning import hear
from outputs import Tally, node

#: The formats that it judges.
FORMATS = ("iam-trust-policy",)
ROLE = "arn:aws:iam::111122223333:role/probed"


def judge(outputs):
    tally = Tally()
    files = {file["path"]: file for file in outputs.of(*FORMATS)}
    probes = outputs.probes_of("trust")
    for path in sorted(files):
        tally.check(any(probe["policy"] == path for probe in probes), f"{path}: no probe asks about it")
    asked = []
    for probe in probes:
        if probe["policy"] not in files:
            tally.check(False, f"{probe['clause']}: the probe names {probe['policy']}, which the manifest does not")
            continue
        asked.append(probe)
        if probe["expect"] == "allowed":
            asked += strangers(probe)
    if not asked:
        return tally
    said = node(
        "aws_simulate.cjs",
        {
            "documents": {path: outputs.json(file) for path, file in files.items()},
            "requests": [request(probe) for probe in asked],
        },
    )
    for probe, answer in zip(asked, said["answers"], strict=True):
        who = ", ".join(probe["principal"].values())
        hear(tally, {**probe, "resource": f"{probe['policy']} by {who} {probe.get('context') or ''}"}, answer)
    return tally


def request(probe):
    """The probe as aws_simulate.cjs takes it."""
    ((kind, who),) = probe["principal"].items()
    if kind == "aws" and who.isdigit():
        who = f"arn:aws:iam::{who}:role/caller"
    role = probe.get("resource") or ROLE
    return {
        "principal": who,
        "action": probe["action"],
        "resource": role,
        "resourceAccount": probe.get("resourceAccount") or role.split(":")[4],
        "context": probe.get("context") or {},
        "trust": probe["policy"],
        "callerMay": kind == "aws",
    }


def strangers(probe):
    """Callers whom nobody declared, each one step away from one who is admitted."""
    ((kind, who),) = probe["principal"].items()
    name = hashlib.sha256(f"{probe['policy']} {who}".encode()).hexdigest()[:12]
    context = probe.get("context") or {}

    def varied(principal=None, changed=None):
        changed = context if changed is None else changed
        return {**probe, "expect": "denied", "principal": principal or probe["principal"], "context": changed}

    if who == "*":
        return []
    others = {
        "federated": f"arn:aws:iam::111122223333:oidc-provider/{name}.example",
        "service": f"{name}.amazonaws.com",
        "aws": f"arn:aws:iam::{int(name, 16) % 10**12:012}:role/{name}",
    }
    found = [varied({kind: others[kind]})]
    for key, value in context.items():
        if not key.endswith((":sub", ":repository")) and key != "sts:ExternalId":
            continue
        found.append(varied(changed={**context, key: [f"repo:{name}/{name}:ref:refs/heads/{name}"]}))
        # An owner whose name begins alike is what a pattern without its slash admits.
        alike = [each.replace("/", f"-{name}/", 1) for each in flat(value) if each.startswith("repo:")]
        found += [varied(changed={**context, key: [each]}) for each in alike]
        found.append(varied(changed={other: each for other, each in context.items() if other != key}))
    return found


def flat(value):
    """A context value as a list."""
    return value if isinstance(value, list) else [value]
