"""The permissions of a GitHub App and of its tokens against GitHub's own description of them."""

import json

import jsonschema

from outputs import ORACLES, Tally

#: The formats that it judges.
FORMATS = ("github-app-manifest", "github-app-token")
FIELD = {"github-app-manifest": "default_permissions", "github-app-token": "permissions"}
DESCRIPTION = ORACLES / "node_modules/@octokit/openapi/generated/api.github.com.json"


def judge(outputs):
    tally = Tally()
    files = outputs.of(*FORMATS)
    if not files:
        return tally
    with DESCRIPTION.open(encoding="utf-8") as source:
        permissions = json.load(source)["components"]["schemas"]["app-permissions"]
    # The description lists the permissions that exist but does not close the list.
    permissions = {**permissions, "additionalProperties": False}
    for file in files:
        field = FIELD[file["format"]]
        validator = jsonschema.Draft202012Validator({"required": [field], "properties": {field: permissions}})
        try:
            wrong = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(outputs.json(file))]
        except ValueError as error:
            wrong = [str(error)]
        tally.check(not wrong, f"{file['path']}: " + "; ".join(sorted(wrong))[:600])
    return tally
