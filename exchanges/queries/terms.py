"""What policy lays down for exchanges. A kind of rule that it does not know is its neutral default:
no second person, paid when the goods are accepted, nothing leaves before them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from exchanges.states import ExchangeType
from policies.rules import AdvancedExchange, Terms

UP_FRONT = "up_front"  # what policy calls it


def find_approval_limit(terms: Terms, currency: str) -> Decimal | None:
    """The rule speaks of quotes in its own currency; where it names none, of every one."""
    rule = find_rule(terms, "approval_above")
    if rule is None or rule.currency not in ("", currency):
        return None
    limit: Decimal | None = rule.amount
    return limit


def is_paid_up_front(terms: Terms) -> bool:
    rule = find_rule(terms, "exchange_payment")
    return rule is not None and rule.timing == UP_FRONT


def is_netted(terms: Terms) -> bool:
    """Whether what a case refunds may pay what its exchange still asks for."""
    rule = find_rule(terms, "netting")
    return rule is not None and rule.is_on


def is_type_offered(exchange_type: str, terms: Iterable[Terms]) -> bool:
    """Whether the replacement may leave before its goods come, by the terms of all of them."""
    if exchange_type == ExchangeType.REGULAR:
        return True
    rules = [read_advanced(each) for each in terms]
    return bool(rules) and all(rule.is_offered for rule in rules)


def read_advanced(terms: Terms) -> AdvancedExchange:
    """Whether goods may come after their replacement, and until when they are due."""
    rule: AdvancedExchange | None = find_rule(terms, "advanced_exchange")
    return rule or AdvancedExchange()


def find_rule(terms: Terms, name: str) -> Any:
    return getattr(terms, name, None)
