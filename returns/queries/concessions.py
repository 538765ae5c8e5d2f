"""What a case waits for that only a second person may give."""

from __future__ import annotations

from returns.models import Concession, Return, ReturnLine
from returns.states import ConcessionState


def find_asked_concession(case: Return) -> Concession | None:
    """The one of the case itself that nobody has decided about; those of differences wait apart."""
    asked = list_asked_concessions(case)
    return next((one for one in asked if one.mismatch_id is None), None)


def list_asked_concessions(case: Return) -> list[Concession]:
    """All that nobody has decided about, oldest first."""
    asked = case.concessions.filter(state=ConcessionState.ASKED)
    return list(asked.select_related("mismatch", "note").order_by("pk"))


def list_asked_units(line: ReturnLine) -> set[int]:
    """Unit numbers of a line that somebody has asked to credit without goods."""
    return {
        unit
        for concession in list_asked_concessions(line.return_case)
        for asked in concession.lines
        if asked["line"] == line.pk
        for unit in asked["units"]
    }
