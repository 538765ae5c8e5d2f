"""What policy lets people move of a case's money without asking anyone."""

from __future__ import annotations

from payments.rules import Limits
from returns.models import Return
from returns.queries import find_refund_limits


def find_limits(case: str) -> Limits | None:
    """Of ``return:12``; None where no rule speaks, and the desk's own limits hold."""
    number = case.removeprefix("return:")
    found = Return.objects.filter(pk=int(number)).first() if number.isdigit() else None
    return find_refund_limits(found) if found else None
