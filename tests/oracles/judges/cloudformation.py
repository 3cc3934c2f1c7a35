"""CloudFormation templates, by cfn-lint; and every policy document in one against the native files of the same integration."""

import json

import yaml
from cfnlint.decode.cfn_yaml import loads as load_template

from judges.terraform import compare, natives, policy_documents
from outputs import BIN, Tally, command

#: The formats that it judges.
FORMATS = ("cloudformation",)


def judge(outputs):
    tally = Tally()
    for file in outputs.of(*FORMATS):
        # `--format json` prints `[]` on a clean template; a broken call prints something else, and is a failure.
        _, out, err = command(
            [BIN / "cfn-lint", "--non-zero-exit-code", "error", "--format", "json", "--", outputs.path(file)]
        )
        try:
            found = json.loads(out)
        except ValueError:
            tally.check(False, f"{file['path']}: cfn-lint gave no answer: {err.strip()[:300]}")
            continue
        wrong = [each for each in found if each["Level"] == "Error"]
        tally.notes += [f"{file['path']}: {said(each)}" for each in found if each["Level"] != "Error"]
        tally.check(not wrong, f"{file['path']}: " + "; ".join(said(each) for each in wrong))
        if file["vendor"] != "aws" or not natives(outputs, file):
            continue
        try:
            template = plain(load_template(outputs.text(file)))
        except (yaml.YAMLError, ValueError) as error:
            tally.check(False, f"{file['path']}: {error}")
            continue
        # A document that holds a reference has its value only in a stack.
        written = [each for each in policy_documents(template) if "Fn::" not in json.dumps(each)]
        if len(written) == len(list(policy_documents(template))):
            compare(tally, outputs, file, written)
    return tally


def said(finding):
    """One finding on one line."""
    return f"{finding['Rule']['Id']} line {finding['Location']['Start']['LineNumber']}: {finding['Message']}"


def plain(value):
    """cfn-lint's nodes as plain values."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return str(value) if isinstance(value, str) else value
