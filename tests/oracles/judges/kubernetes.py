"""Kubernetes manifests against the published schemas, by kubernetes-validate.

It exits with 0 on a document whose kind it does not know and on an empty file, so what counts is that it says `passed` once for
every document. It stops a file at its first error and does not look at the kind of a subject, which is checked here.
"""

import yaml

from outputs import BIN, Tally, command, first_lines

#: The formats that it judges.
FORMATS = ("kubernetes-rbac",)
RBAC = "rbac.authorization.k8s.io"
SUBJECTS = {"User": RBAC, "Group": RBAC, "ServiceAccount": ""}


def judge(outputs):
    tally = Tally()
    for file in outputs.of(*FORMATS):
        try:
            documents = [each for each in yaml.safe_load_all(outputs.text(file)) if each is not None]
        except yaml.YAMLError as error:
            tally.check(False, f"{file['path']}: not YAML: {first_lines(str(error))}")
            continue
        status, out, err = command([BIN / "kubernetes-validate", "--strict", outputs.path(file)])
        said = (out + err).splitlines()
        passed = sum(line.startswith("INFO ") and " passed for resource " in line for line in said)
        # A file of nothing but comments is what an integration with no authority in the cluster gets.
        right = status == 0 and passed == len(documents)
        complaint = [line for line in said if not line.startswith("INFO ")]
        tally.check(right, f"{file['path']}: {passed} of {len(documents)} documents passed: {'; '.join(complaint)[:400]}")
        for document in documents:
            for subject in document.get("subjects") or [] if isinstance(document, dict) else []:
                known = SUBJECTS.get(subject.get("kind")) == subject.get("apiGroup", "")
                tally.check(known, f"{file['path']}: no such subject: {subject}")
    return tally
