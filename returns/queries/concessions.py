"""What a case waits for that only a second person may give."""

from __future__ import annotations

from returns.models import Concession, Return
from returns.states import ConcessionState


def find_asked_concession(case: Return) -> Concession | None:
    """The one that nobody has decided about."""
    asked: Concession | None = case.concessions.filter(state=ConcessionState.ASKED).first()
    return asked
