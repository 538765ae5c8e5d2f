"""What policies may name from here: the reasons why goods come back, and cases by their number."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from core.events import reference
from policies import cases, vocabulary
from returns.states import Reason


def offer_codes() -> None:
    vocabulary.offer("reason", _reasons)
    cases.register(name=_name_cases, find=_find_case)


def _reasons(partner_id: int) -> list[tuple[str, str]]:
    return [(reason.value, str(reason.label)) for reason in Reason]


def _name_cases(references: Collection[str]) -> Mapping[str, str]:
    from returns.models import Return

    ids = {each.removeprefix("return:") for each in references if each.startswith("return:")}
    numbers = Return.objects.filter(pk__in=ids).values_list("pk", "number")
    return {f"return:{pk}": number for pk, number in numbers}


def _find_case(partner_id: int, number: str) -> str | None:
    from returns.models import Return

    cases_of = Return.objects.for_partner(partner_id)
    found = cases_of.filter(number=number.strip().upper()).first()
    return reference(found) if found else None
