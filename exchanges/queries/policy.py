"""What policy has against the ways in which an exchange may end before anything left."""

from __future__ import annotations

from dataclasses import replace

from exchanges.models import Exchange
from exchanges.queries.lines import list_exchanged_lines
from exchanges.rules import BEFORE_RELEASE, ExchangeFacts
from returns.queries import can_settle_as, list_unsettled
from returns.states import Outcome

MONEY = (Outcome.REFUND, Outcome.STORE_CREDIT)


def ask_policy(exchange: Exchange, facts: ExchangeFacts) -> ExchangeFacts:
    """The facts with policy's reasons against money for the goods, for whoever shows buttons.

    The commands ask by themselves, under the lock (`returns.services.decide_outcome`).
    """
    if facts.state not in BEFORE_RELEASE:
        return facts
    unsettled = list_unsettled(exchange.return_case)
    lines = [line for line in list_exchanged_lines(exchange) if line in unsettled]
    against = {str(outcome): can_settle_as(lines, outcome).reasons for outcome in MONEY}
    return replace(facts, against=against) if any(against.values()) else facts
