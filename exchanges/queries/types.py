"""In which ways a replacement may leave: after its goods, or ahead of them where policy allows."""

from __future__ import annotations

from collections.abc import Collection

from exchanges.queries.terms import is_type_offered
from exchanges.rules import can_leave_first
from exchanges.states import ExchangeType
from policies import queries as policies
from returns.models import Return
from returns.queries import get_facts, list_exchangeable, read_lines


def have_come(case: Return, order_lines: Collection[int]) -> bool:
    """Whether any of these goods of the case, named by their order lines, are here already."""
    return any(
        line.received or line.accepted
        for line in read_lines(case)
        if line.order_line_id in order_lines
    )


def list_offered(case: Return) -> list[ExchangeType]:
    """In which ways something may go out for goods of the case that were not to be exchanged."""
    lines = list_exchangeable(case)
    terms = [
        policies.get_terms(version=case.policy_version, facts=get_facts(line)) for line in lines
    ]
    here = have_come(case, {line.order_line_id for line in lines})
    return [
        kind
        for kind in ExchangeType
        if is_type_offered(kind, terms)
        if can_leave_first(kind, have_come=here)
    ]
