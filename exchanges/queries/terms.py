"""What policy lays down for exchanges; where no rule speaks, `Terms` has its neutral default."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from exchanges.states import ExchangeType
from policies.rules import Terms

UP_FRONT = "up_front"  # what policy calls it


def find_approval_limit(terms: Terms, currency: str) -> Decimal | None:
    """The rule speaks of quotes in its own currency; where it names none, of every one."""
    rule = terms.approval_above
    return rule.amount if rule.currency in ("", currency) else None


def is_paid_up_front(terms: Terms) -> bool:
    return terms.exchange_payment.timing == UP_FRONT


def is_netted(terms: Terms) -> bool:
    """Whether what a case refunds may pay what its exchange still asks for."""
    return terms.netting.is_on


def is_type_offered(exchange_type: str, terms: Iterable[Terms]) -> bool:
    """Whether the replacement may leave before its goods come, by the terms of all of them."""
    if exchange_type == ExchangeType.REGULAR:
        return True
    rules = [each.advanced_exchange for each in terms]
    return bool(rules) and all(rule.is_offered for rule in rules)
