"""Rules that give customers less than the law does. None of them is published."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from policies.rules.book import PolicyRule
from policies.rules.floors import FLOORS, LegalFloor
from policies.rules.kinds import Parameters, ReturnWindow, Warranty, count
from policies.rules.kinds.asking_back import NONE
from policies.rules.words import name_country

Lacks = Callable[[LegalFloor], str]


def list_undercut(rules: Iterable[PolicyRule[Parameters]]) -> list[str]:
    """One sentence for each rule below the floor of a country that it speaks about."""
    return [problem for rule in rules if (problem := _problem_of(rule))]


def _problem_of(rule: PolicyRule[Parameters]) -> str:
    lacks = _lacks_of(rule.parameters)
    countries = [rule.scope.country] if rule.scope.country else list(FLOORS)
    if lacks is None:
        return ""
    below = {country: lacks(FLOORS[country]) for country in countries if country in FLOORS}
    below = {country: wanted for country, wanted in below.items() if wanted}
    if not below:
        return ""
    country, wanted = next(iter(below.items()))
    others = f" and {len(below) - 1} more" if len(below) > 1 else ""
    name = f" ({rule.reference.name})" if rule.reference.name else ""
    return (
        f"Rule {rule.reference.number} v{rule.reference.edition}{name} gives less than the law in"
        f" {name_country(country)}{others}: at least {wanted}. Give that, or name the countries"
        " that it is for."
    )


def _lacks_of(parameters: Parameters) -> Lacks | None:
    """What a floor wants that these parameters do not give, as words; blank when they do."""
    if isinstance(parameters, ReturnWindow):
        days = parameters.days
        return lambda floor: (
            f"{count(floor.withdrawal_days, 'day')} ({floor.withdrawal_source})"
            if days < floor.withdrawal_days
            else ""
        )
    if isinstance(parameters, Warranty):
        months = 0 if parameters.gives == NONE else parameters.months
        return lambda floor: (
            f"{count(floor.warranty_months, 'month')} ({floor.warranty_source})"
            if months is not None and months < floor.warranty_months
            else ""
        )
    return None
