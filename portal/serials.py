"""A serial number that a customer tells of goods in a case."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from core.errors import DomainError
from returns.models import ReturnLine
from returns.services import report_defect


def tell_serial(line: ReturnLine, serial: str, *, op_id: UUID, **who: Any) -> str:
    """The serial number goes into the report, whose other words stay. A word of what is wrong."""
    report = getattr(line, "defect_report", None)
    kind = report.defect_type.code if report and report.defect_type else ""
    try:
        report_defect(
            return_line_id=line.pk,
            version=None,
            defect_type=kind,
            symptom=report.symptom if report else "",
            serial=serial,
            op_id=uuid5(op_id, f"serial:{line.pk}:{serial}"),
            **who,
        )
    except DomainError:
        return "bad_serial"
    return ""
