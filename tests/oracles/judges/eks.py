"""EKS access entries: the body of CreateAccessEntry, against the service's own description in AWS's Python library."""

import botocore.session
from botocore.validate import ParamValidator

from outputs import Tally

#: The formats that it judges.
FORMATS = ("eks-access-entry",)


def judge(outputs):
    tally = Tally()
    files = outputs.of(*FORMATS)
    if not files:
        return tally
    shape = botocore.session.get_session().get_service_model("eks").operation_model("CreateAccessEntry").input_shape
    for file in files:
        try:
            body = outputs.json(file)
        except ValueError as error:
            tally.check(False, f"{file['path']}: not JSON: {error}")
            continue
        report = ParamValidator().validate(body, shape)
        # The library sends on what it does not know, and the service refuses it.
        strange = sorted(set(body) - set(shape.members)) if isinstance(body, dict) else []
        tally.check(
            not report.has_errors() and not strange, f"{file['path']}: {report.generate_report()} unknown: {strange}"
        )
    return tally
