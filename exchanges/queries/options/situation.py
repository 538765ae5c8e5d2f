"""A case as its outcomes are weighed, and the same case as it would be with another outcome."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from core.events import reference
from core.kept import KeptQuery
from core.money import ZERO
from exchanges.models import Exchange
from exchanges.queries.facts import get_quote, read_facts
from exchanges.queries.lines import list_exchanged_lines
from exchanges.rules import BEFORE_RELEASE, LIVE_RETURN, ExchangeFacts
from exchanges.states import OVER, ExchangeState, ExchangeType, PricePolicy
from payments import queries as payments
from policies.rules import local_day
from returns.models import Return, ReturnLine
from returns.queries import list_exchangeable, list_memo_lines, read_lines
from returns.states import LineDecision, Outcome

_SENT = (ExchangeState.COMPLETED, ExchangeState.CONVERTED_TO_SALE)
NOT_YET = (LineDecision.PENDING, LineDecision.REVIEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """`exchange` is the one under way, None where none is; `lines` are the goods that it is all
    about. `captured` was paid for the exchange, `owed` is credited and has not gone anywhere."""

    case: Return
    exchange: Exchange | None
    facts: ExchangeFacts | None
    lines: tuple[ReturnLine, ...]
    captured: Decimal
    owed: Decimal
    today: dt.date
    now: dt.datetime

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def outcome(self) -> str:
        """What the case does now, where all of its goods are settled alike."""
        outcomes = {line.outcome for line in self.lines}
        return outcomes.pop() if len(outcomes) == 1 else ""


def read_situation(case: Return, *, now: dt.datetime) -> Situation | str:
    """The case as it stands, or why there is nothing to choose."""
    if case.state not in LIVE_RETURN:
        label = case.get_state_display().lower()
        return f"The return is “{label}”: there is nothing to choose."
    if any(line.decision in NOT_YET for line in read_lines(case)):
        return "First it is decided whether the goods may come back."
    exchange = find_live(case)
    facts = read_facts(exchange) if exchange else None
    if exchange is not None:
        if exchange.state not in BEFORE_RELEASE or exchange.part_value is not None:
            return "The replacement has left: it can be exchanged again once it is there."
        lines = list_exchanged_lines(exchange)
    else:
        if Exchange.objects.filter(return_case=case, state__in=_SENT).exists():
            return "What went out for it has used the credit of these goods."
        lines = list_exchangeable(case)
    if not lines:
        return "Nothing of it is open any more."
    if any(line.outcome == Outcome.REPAIR and line.accepted for line in lines):
        return "It is at the workshop: give the repair up there, or use “Exchange instead”."
    issued = payments.list_issued(reference(case))
    owed = sum(
        (memo.unspent - payments.sum_pending_refunds(reference(memo)) for memo in issued), ZERO
    )
    return Situation(
        case=case,
        exchange=exchange,
        facts=facts,
        lines=tuple(lines),
        captured=facts.captured if facts else ZERO,
        owed=owed,
        today=local_day(now, case.channel.time_zone),
        now=now,
    )


_LIVE: KeptQuery[Exchange] = KeptQuery(
    lambda return_id: (
        Exchange.objects.filter(return_case=return_id)
        .exclude(state__in=OVER)
        .select_related("accepted_quote", "replacement_order")
        .order_by("-pk")
    )
)


def find_live_id(return_id: int) -> int | None:
    """The exchange under way on a case, by its id."""
    exchange = _LIVE.first(return_id)
    return None if exchange is None else exchange.pk


def find_live(case: Return) -> Exchange | None:
    """The exchange under way on this case, which it is given."""
    exchange = _LIVE.first(case.pk)
    if exchange is not None:
        exchange.return_case = case
    return exchange


def imagine(situation: Situation, outcome: str) -> Return:
    """The case as if these goods were settled so: in memory, and never to be saved.

    What reads a case to plan its money plans for this one without knowing.
    """
    case: Return = Return.objects.select_related("channel", "customer", "policy_version").get(
        pk=situation.case.pk
    )
    meant = {line.pk for line in situation.lines}
    for line in read_lines(case):
        if line.pk in meant:
            line.outcome = Outcome(outcome)
    return case


def imagine_exchange(situation: Situation) -> Exchange:
    """The exchange under way, else one as `open_exchange_instead` would begin it. Not saved."""
    if situation.exchange is not None:
        return situation.exchange
    exchange = Exchange(
        partner_id=situation.case.partner_id,
        return_case=imagine(situation, Outcome.EXCHANGE),
        type=ExchangeType.REGULAR,
        price_policy=PricePolicy.ORIGINAL_VALUE,
        shipping_fee=ZERO,
    )
    exchange.newest_quote = None
    return exchange


def sum_to_come(case: Return) -> Decimal:
    """What the case still credits if all of it comes and passes, as its draft would say."""
    return sum((line.gross for line in list_memo_lines(case)), ZERO)


def is_of_kind(exchange: Exchange, evenness: str) -> bool:
    quote = get_quote(exchange)
    return quote is not None and quote.evenness == evenness
