"""What a proof is: a run that must break nothing, and a control that must."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from core.laws import check_laws
from core.seals import seal_events
from inventory.expiry import expire_due


@dataclass(frozen=True)
class Evidence:
    """What a run did, the faults it put in the way, and what it found broken."""

    operations: int
    faults: int
    violations: int
    apart: str = ""  # what the violations are, counted each by itself


@dataclass(frozen=True)
class Proof:
    """A claim; `run` and `control` take the seed. The control has the guard taken away.

    A control that breaks nothing proves nothing: the harm it is about cannot be seen.
    """

    claim: str
    run: Callable[[int], Evidence]
    control: Callable[[int], Evidence]


def count_broken_laws() -> int:
    """Violations of every law of the desk; one that could not be checked is one more.

    No clock runs beside a proof, so what it does every few seconds is done first.
    """
    while seal_events():
        pass
    expire_due(now=dt.datetime.now(dt.UTC))
    outcomes = check_laws()
    return sum(outcome.violations + (outcome.ok is None) for outcome in outcomes)
