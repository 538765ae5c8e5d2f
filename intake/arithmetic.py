"""Does the document add up? Every sum names its terms, so that a person can redo it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from intake.reading import Arithmetic, Finding, Severity, money_text

SUBTOTAL_DISAGREES = "subtotal_disagrees"


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a sum. An ``amount`` of None is a part the document does not carry.

    ``field`` is the target field a missing part is reported under; empty where that is done
    already.
    """

    name: str
    amount: Decimal | None
    sign: int = 1
    field: str = ""


def check_total(
    terms: Sequence[Term], *, total: Decimal | None, named: str
) -> tuple[Arithmetic, list[Finding]]:
    """Whether `terms` make the grand total that the document calls `named`.

    A missing part is a finding of its own: what is not there is never taken for nought.
    """
    missing = [
        Finding(term.field, "missing", f"The document does not carry {term.name}.")
        for term in terms
        if term.amount is None and term.field
    ]
    if total is None:
        missing.append(Finding("grand_total", "missing", f"The document carries no {named}."))
    if total is None or any(term.amount is None for term in terms):
        return Arithmetic.NOT_VERIFIABLE, missing
    if _sum(terms) == total:
        return Arithmetic.CONSISTENT, []
    message = f"{_written(terms)}, but {named} is {money_text(total)}"
    off_by = f"{total - _sum(terms):f}"
    finding = Finding("grand_total", "does_not_add_up", message, off_by=off_by)
    return Arithmetic.INCONSISTENT, [finding]


def check_subtotal(
    terms: Sequence[Term], *, stated: Decimal | None, named: str, field: str
) -> list[Finding]:
    """A sub-total that disagrees is worth a warning: the grand total is what was paid."""
    if stated is None or any(term.amount is None for term in terms) or _sum(terms) == stated:
        return []
    message = f"{_written(terms)}, but {named} is {money_text(stated)}"
    return [Finding(field, SUBTOTAL_DISAGREES, message, Severity.WARNING)]


def _sum(terms: Sequence[Term]) -> Decimal:
    return sum((term.sign * term.amount for term in terms if term.amount is not None), Decimal(0))


def _written(terms: Sequence[Term]) -> str:
    """The sum as a person would write it: “lines 60.00 − discounts 10.00 = 50.00”."""
    words = [
        f"{'−' if term.sign < 0 else '+'} {term.name} {money_text(term.amount)}"
        for term in terms
        if term.amount or term is terms[0]
    ]
    written = " ".join(words).removeprefix("+ ")
    return f"{written} = {money_text(_sum(terms))}" if len(words) > 1 else written
