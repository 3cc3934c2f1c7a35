"""AWS identity policies: what they mean, by iam-simulate.

Every probe of scopec (declared requests, and forbidden ones) is asked; beside them, for each set of policies, 200 requests that
nobody declared are drawn from iam-data's catalogue with a fixed seed, and each must be denied.
"""

from outputs import Tally, node

#: The formats that it judges.
FORMATS = ("iam-policy", "iam-permissions-boundary")
UNDECLARED = 200


def judge(outputs):
    tally = Tally()
    files = {file["path"]: file for file in outputs.of(*FORMATS)}
    probes = outputs.probes_of("request")
    for path in sorted(files):
        if files[path]["format"] != "iam-policy":
            continue
        asked = any(path in probe["policies"] for probe in probes)
        tally.check(asked, f"{path}: no probe asks about it")
    known = []
    for probe in probes:
        missing = [path for path in papers(probe) if path not in files]
        if missing:
            tally.check(False, f"{probe['clause']}: the probe names {missing[0]}, which the manifest does not")
        else:
            known.append(probe)
    if not known:
        return tally
    bundles = bundled(known)
    documents = {path: outputs.json(files[path]) for path in sorted({path for each in known for path in papers(each)})}
    said = node(
        "aws_simulate.cjs",
        {
            "documents": documents,
            "requests": [request(probe) for probe in known],
            "draws": [draw(key, bundle, outputs) for key, bundle in bundles],
        },
    )
    for probe, answer in zip(known, said["answers"], strict=True):
        hear(tally, probe, answer)
    for (key, bundle), answers in zip(bundles, said["draws"], strict=True):
        name = f"{key[0]}/{key[1]}"
        if everything(bundle):
            tally.notes.append(f"{name}: everything is declared, so nothing undeclared could be drawn")
            continue
        tally.check(
            len(answers) == UNDECLARED,
            f"{name}: only {len(answers)} of {UNDECLARED} undeclared requests could be drawn: is everything declared?",
        )
        for answer in answers:
            tally.check(
                answer["outcome"] == "denied" and not answer["ignored"],
                f"{name}: {answer['action']} on {answer['resource']} is undeclared and {answer['outcome']}"
                f" ({', '.join(bundle[0]['policies'])}; ignored keys: {answer['ignored']})",
            )
    return tally


def papers(probe):
    """Every file that decides about a probe."""
    return list(probe["policies"]) + list(probe.get("boundary") or [])


def bundled(probes):
    """The probes by the policies that decide them, in order of first appearance."""
    bundles = {}
    for probe in probes:
        key = (probe["integration"], probe["system"], tuple(papers(probe)))
        bundles.setdefault(key, []).append(probe)
    return list(bundles.items())


def everything(bundle):
    """Whether a bundle's probes say that every request is declared."""
    covers = [each for probe in bundle for each in probe.get("covers") or []]
    return any(each["action"] in ("*", "*:*") and each["resource"] == "*" for each in covers)


def request(probe):
    """The probe as aws_simulate.cjs takes it."""
    return {
        "principal": probe["principal"],
        "action": probe["action"],
        "resource": probe["resource"],
        "resourceAccount": probe["resourceAccount"],
        "context": probe.get("context") or {},
        "policies": probe["policies"],
        "boundary": probe.get("boundary") or [],
    }


def action(operation):
    """An operation in AWS's spelling: the manifest may say `aws.s3.GetObject` for `s3:GetObject`."""
    if ":" in operation or not operation.startswith("aws."):
        return operation
    return operation.removeprefix("aws.").replace(".", ":", 1)


def draw(key, bundle, outputs):
    """What to draw for a bundle: what is declared is left out, and so is excess that the manifest owns up to."""
    allowed = [probe for probe in bundle if probe["expect"] == "allowed"]
    covered = [{"action": probe["action"], "resource": probe["resource"]} for probe in allowed]
    for probe in allowed:
        covered += probe.get("covers") or []
    for row in outputs.manifest.get("excess", []):
        if (row["integration"], row["system"]) == key[:2]:
            covered += [{"action": action(operation), "resource": "*"} for operation in row["operations"]]
    principal = bundle[0]["principal"]
    regions = [probe["resource"].split(":")[3] for probe in allowed if probe["resource"].count(":") >= 5]
    return {
        "name": "/".join(key[:2]) + " " + " ".join(key[2]),
        "principal": principal,
        "account": principal.split(":")[4],
        "region": next((region for region in regions if region and "*" not in region), "eu-west-1"),
        "policies": bundle[0]["policies"],
        "boundary": bundle[0].get("boundary") or [],
        "count": UNDECLARED,
        # A time limit or a network condition must not be what denies: the contexts are those of allowed requests.
        "contexts": [probe.get("context") or {} for probe in allowed],
        "declared": sorted({probe["action"] for probe in allowed}),
        "covered": covered,
    }


def hear(tally, probe, answer):
    """One probe's verdict; an ignored context key makes any answer worthless."""
    asked = f"{probe['clause']}: {probe['action']} on {probe.get('resource', '')}"
    if answer["ignored"]:
        tally.check(False, f"{asked}: the simulator ignored {', '.join(answer['ignored'])}")
    else:
        tally.check(
            answer["outcome"] == probe["expect"],
            f"{asked}: expected {probe['expect']}, answered {answer['outcome']} ({answer['why']})",
        )
