"""Terraform: the grammar by HashiCorp's own parser, layout by `terraform fmt`, and the value of every policy document.

A document is whatever expression of the file evaluates to JSON with statements. It must be, value for value, one of the native
policy files of the same integration and system, and each native file must be there. The evaluator is `terraform console`
where a terraform is on the machine, and tfparse in any case.
"""

import json
import pathlib
import re
import shutil
import tempfile

import tfparse

from outputs import Tally, command, first_lines, node

#: The formats that it judges.
FORMATS = ("terraform",)
NATIVE = ("iam-policy", "iam-trust-policy", "iam-permissions-boundary")


def judge(outputs):
    tally = Tally()
    files = outputs.of(*FORMATS)
    if not files:
        return tally
    parsed = node("hcl.cjs", {"files": {file["path"]: outputs.text(file) for file in files}})
    terraform = shutil.which("terraform")
    if terraform is None:
        tally.notes.append("no terraform on this machine: tfparse alone evaluates")
    for file in files:
        answer = parsed[file["path"]]
        tally.check("error" not in answer, f"{file['path']}: does not parse: {answer.get('error')}")
        if "error" in answer:
            continue
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / "main.tf"
            copy.write_text(outputs.text(file), encoding="utf-8")
            if terraform is not None:
                status, out, err = command([terraform, "fmt", "-check", "-diff", "-no-color", copy], directory=folder)
                tally.check(status == 0, f"{file['path']}: terraform fmt: {first_lines(out + err, 8)}")
            if not natives(outputs, file):
                continue
            compare(tally, outputs, file, tfparse_documents(folder), "tfparse: ")
            if terraform is not None:
                compare(tally, outputs, file, console_documents(tally, file, terraform, answer["value"]), "terraform: ")
    return tally


def natives(outputs, file):
    """The native policy files that a file's documents must equal: of its integration, system and approval."""
    return [other for other in outputs.of(*NATIVE) if bundle(other) == bundle(file)]


def bundle(file):
    """What a file is a form of. Each approval of an integration has a folder of its own under `gated/`."""
    _, gated, rest = file["path"].partition("/gated/")
    return file["integration"], file["system"], rest.split("/")[0] if gated else None


def canonical(document):
    """One spelling of a value, so that only the order of keys and the layout are left out of the comparison."""
    return json.dumps(document, sort_keys=True)


def compare(tally, outputs, file, documents, by=""):
    """The documents of a file against the native files: the same ones, no more and no fewer."""
    written = {canonical(document) for document in documents}
    native = {canonical(outputs.json(other)): other["path"] for other in natives(outputs, file)}
    for text, path in native.items():
        tally.check(text in written, f"{file['path']}: {by}no document equals {path}")
    for text in sorted(written - native.keys()):
        tally.check(False, f"{file['path']}: {by}a document that no native file has: {text[:200]}")


def policy_documents(value):
    """Every policy document inside a value, as an object or as JSON text."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = json.loads(value)
        except ValueError:
            return
    if isinstance(value, dict):
        if "Statement" in value:
            yield value
            return
        for inner in value.values():
            yield from policy_documents(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from policy_documents(inner)


def tfparse_documents(folder):
    """The documents as tfparse evaluates them."""
    return list(policy_documents(tfparse.load_from_path(folder)))


EXPRESSION = re.compile(r"\A\$\{(.*)\}\Z", re.DOTALL)


def expressions(value):
    """Every text and expression of hcl2json's tree that could hold a document."""
    if isinstance(value, str) and "Statement" in value:
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from expressions(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from expressions(inner)


def console_documents(tally, file, terraform, tree):
    """The documents as terraform's own core evaluates them: no provider is needed for an expression of values alone."""
    found = []
    for text in expressions(tree):
        expression = EXPRESSION.match(text)
        if expression is None:
            found += policy_documents(text)
            continue
        with tempfile.TemporaryDirectory() as folder:
            source = f"locals {{\n  document = {expression.group(1)}\n}}\n"
            (pathlib.Path(folder) / "main.tf").write_text(source, encoding="utf-8")
            status, out, err = command(
                [terraform, "console"],
                text="jsonencode(local.document)\n",
                directory=folder,
                environment={"CHECKPOINT_DISABLE": "1"},
            )
        try:
            # The console quotes the JSON text, and the document may itself be text inside it.
            found += policy_documents(json.loads(json.loads(out)))
        except ValueError:
            tally.check(False, f"{file['path']}: terraform cannot evaluate a document ({status}): {first_lines(err, 6)}")
    return found
