"""Entra applications: property names and shapes, by TypeScript against Microsoft's types for Graph.

The types say `string` where Graph wants a GUID, and nothing about which permissions exist; the first is checked here.
"""

import json
import pathlib
import re
import tempfile

from outputs import ORACLES, Tally, command, first_lines

#: The formats that it judges.
FORMATS = ("entra-app",)
TYPES = ORACLES / "node_modules/@microsoft/microsoft-graph-types/microsoft-graph"
GUID = re.compile(r"\A[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


def judge(outputs):
    tally = Tally()
    files = outputs.of(*FORMATS)
    if not files:
        return tally
    values = []
    for file in files:
        try:
            values.append((file, outputs.json(file)))
        except ValueError as error:
            tally.check(False, f"{file['path']}: not JSON: {error}")
    # One program for all files: the types take longer to read than any of them.
    lines = [f"import type {{ Application, RequiredResourceAccess }} from {json.dumps(str(TYPES))};"]
    for number, (_, value) in enumerate(values):
        of = "RequiredResourceAccess[]" if isinstance(value, list) else "Application"
        lines.append(f"export const value{number}: {of} = {json.dumps(value)};")
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / "program.ts"
        program.write_text("\n".join(lines) + "\n", encoding="utf-8")
        status, out, err = command(
            ["node", ORACLES / "node_modules/typescript/bin/tsc", "--noEmit", "--strict", "--skipLibCheck"]
            + ["--pretty", "false", "--types", "", "--module", "esnext", "--moduleResolution", "bundler", program],
            directory=folder,
        )
    complaints = {}
    for line in out.splitlines():
        place = re.search(r"program\.ts\((\d+),\d+\): (.*)", line)
        if place:
            complaints.setdefault(int(place.group(1)) - 2, []).append(place.group(2))
    if status != 0 and not complaints:
        tally.check(False, f"tsc gave no answer ({status}): {first_lines(out + err)}")
    for number, (file, value) in enumerate(values):
        wrong = complaints.get(number, []) + shapes(value)
        tally.check(not wrong, f"{file['path']}: {'; '.join(wrong)[:600]}")
    return tally


def shapes(value):
    """What Graph refuses and the types do not say."""
    wrong = []
    for resource in value if isinstance(value, list) else value.get("requiredResourceAccess", []):
        if not GUID.match(str(resource.get("resourceAppId"))):
            wrong.append(f"resourceAppId {resource.get('resourceAppId')} is no GUID")
        for access in resource.get("resourceAccess", []):
            if not GUID.match(str(access.get("id"))):
                wrong.append(f"id {access.get('id')} is no GUID")
            if access.get("type") not in ("Role", "Scope"):
                wrong.append(f"type {access.get('type')} is neither Role nor Scope")
    return wrong
