"""What `scopec check` and `scopec diff` print as SARIF: the specification and GitHub's rules by Microsoft's validator, and the schema.

The validator exits with 0 on most errors and says nothing at all of a wrong `level`, so its report is read and the schema that it
ships is applied beside it. Its npm shim is not used: it hides the exit status.
"""

import json
import os
import pathlib
import tempfile

import jsonschema

from outputs import HERE, ORACLES, Tally, command, first_lines

#: The formats that it judges.
FORMATS = ("sarif",)
TOOL = ORACLES / "node_modules/@microsoft/sarif-multitool-linux"


def judge(outputs):
    tally = Tally()
    for file in outputs.of(*FORMATS):
        examine(tally, file["path"], outputs.path(file))
    if outputs.project is not None:
        binary = scopec()
        if binary is None:
            tally.notes.append("no scopec binary: SCOPEC_BIN names one, or build the debug profile")
            return tally
        with tempfile.TemporaryDirectory() as folder:
            status, out, err = command([binary, "check", "--format", "sarif", outputs.project.resolve()])
            log = pathlib.Path(folder) / "check.sarif"
            log.write_text(out, encoding="utf-8")
            tally.check(status in (0, 1), f"scopec check ended with {status}: {first_lines(err)}")
            examine(tally, "scopec check --format sarif", log)
        for case in sorted((HERE.parent / "cases" / "diff_forms").iterdir()):
            examine(tally, f"case {case.name}", case / "diff.sarif")
    return tally


def scopec():
    """The binary under test: SCOPEC_BIN, or the build of this checkout."""
    named = os.environ.get("SCOPEC_BIN")
    builds = [HERE.parent.parent / "target" / profile / "scopec" for profile in ("debug", "release")]
    return next((path for path in ([named] if named else builds) if pathlib.Path(path).is_file()), None)


def examine(tally, name, path):
    """One log file."""
    try:
        log = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        tally.check(False, f"{name}: not JSON: {error}")
        return
    schema = json.loads((TOOL / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    wrong = sorted(f"{error.json_path}: {error.message}" for error in validator.iter_errors(log))
    tally.check(not wrong, f"{name}: schema: {'; '.join(wrong)[:600]}")
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.sarif"
        status, out, err = command(
            [TOOL / "Sarif.Multitool", "validate", path, "--rule-kind", "Sarif;Gh;Ghas", "--output", report],
            environment={"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        )
        if not report.is_file():
            tally.check(False, f"{name}: the validator gave no report ({status}): {first_lines(out + err)}")
            return
        runs = json.loads(report.read_text(encoding="utf-8"))["runs"]
    found = [result for run in runs for result in run.get("results", [])]
    errors = [result for result in found if result.get("level", "warning") == "error"]
    tally.check(not errors, f"{name}: {'; '.join(said(result) for result in errors)[:600]}")
    tally.notes += sorted({f"{name}: {said(result)}" for result in found if result not in errors})[:10]


def said(result):
    """A finding of the validator on one line."""
    return f"{result['ruleId']}: {' '.join(result['message'].get('arguments', []))}"[:300]
