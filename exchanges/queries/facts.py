"""What the guards look at, read from the rows: by a command under the lock, by a screen before."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import F, Sum

from approvals import queries as approvals
from approvals.states import ApprovalState
from core import clock
from core.events import reference
from core.kept import KeptQuery
from core.money import ZERO, round_half_up
from exchanges.models import Exchange, Quote
from exchanges.queries.credit import sum_awaited, sum_netted
from exchanges.queries.lines import list_exchanged_lines, list_lines
from exchanges.queries.parts import read_part, sum_gone
from exchanges.queries.planning import sum_credit
from exchanges.queries.work import needs_visit
from exchanges.rules import (
    Assent,
    EndPlan,
    ExchangeFacts,
    Goods,
    HoldFacts,
    plan_end,
)
from exchanges.states import ExchangeState as S
from exchanges.states import ExchangeType
from fulfilment import queries as parcels
from inventory import queries as inventory
from inventory.models import Reservation
from inventory.states import ReservationState
from orders.models import Tender
from payments import queries as payments
from payments.models import Obligation
from payments.queries import MoneyFacts
from payments.states import ObligationKind
from returns.models import ReturnLine
from returns.queries import is_risk_held, read_lines
from returns.states import LineDecision, Outcome

_NEWEST_QUOTE: KeptQuery[Quote] = KeptQuery(
    lambda exchange_id: Quote.objects.filter(exchange=exchange_id).order_by("-number")[:1]
)
_HOLDS: KeptQuery[Reservation] = KeptQuery(
    lambda references: Reservation.objects.filter(reference__in=references).only(
        "reference", "state", "quantity", "expires_at", "grace_until", "resolved_at"
    )
)
LEFT = (S.RELEASING, S.PARTLY_SHIPPED, S.IN_TRANSIT, S.DELIVERED)


def get_quote(exchange: Exchange) -> Quote | None:
    """The quote that counts: the accepted one, else the newest.

    Read once for as long as the exchange is in hand; who makes a quote puts it in its place.
    """
    if exchange.accepted_quote_id:
        return exchange.accepted_quote
    if not hasattr(exchange, "newest_quote"):
        found = _NEWEST_QUOTE(exchange.pk)
        for quote in found:
            quote.exchange = exchange
        exchange.newest_quote = found[0] if found else None
    return exchange.newest_quote


def find_refused_debt(exchange: Exchange) -> Obligation | None:
    """Goods that are owed for what has left, came, were refused, and wait for a decision."""
    if exchange.type != ExchangeType.ADVANCED or exchange.state not in LEFT:
        return None
    owed = payments.find_obligation(subject=reference(exchange), kind=ObligationKind.GOODS)
    return owed if owed is not None and owed.waits_since else None


def list_references(exchange: Exchange) -> list[str]:
    """How the stock ledger names the lines of this exchange: ``exchangeline:7``."""
    return [reference(line) for line in list_lines(exchange)]


def list_resting(exchange: Exchange) -> list[str]:
    """The references of lines of which something has yet to go to the warehouse."""
    return [reference(line) for line in list_lines(exchange) if line.rest]


def count_kept(exchange: Exchange) -> Counter[str]:
    """Units by line that are held: running, with the warehouse, or gone with a parcel."""
    references = list_references(exchange)
    sent = Reservation.objects.filter(
        reference__in=references,
        state__in=[ReservationState.COMMITTED, ReservationState.CONSUMED],
    )
    kept: Counter[str] = Counter()
    for hold in [*inventory.list_running_holds(references), *sent]:
        kept[hold.reference] += hold.quantity
    for line in list_lines(exchange):
        kept[reference(line)] -= line.came_back
    return kept


_EVER_HELD: KeptQuery[Reservation] = KeptQuery(
    lambda references: (
        Reservation.objects.filter(reference__in=references)
        .select_related("location", "bin", "variant__product")
        .order_by("-pk")
    )
)


def list_holds(exchange: Exchange) -> list[Reservation]:
    """Every hold ever made for this exchange, newest first, with its place."""
    return _EVER_HELD(list_references(exchange))


def read_facts(
    exchange: Exchange,
    *,
    holds: Sequence[Reservation] | None = None,
    now: dt.datetime | None = None,
) -> ExchangeFacts:
    """The facts of one exchange at this moment; holds and quotes end by the database's clock.

    Money is looked up only where it decides something. `holds` spares reading them again, `now`
    asking the database for its clock.
    """
    case = exchange.return_case
    quote = get_quote(exchange)
    lines = list_exchanged_lines(exchange)
    goods = _see_goods(lines)
    now = now or read_clock(exchange)
    is_open = quote is not None and not exchange.accepted_quote_id
    money = _read_money(exchange, quote)
    captured = sum_captured(exchange) if quote and quote.needed else ZERO
    netted = ZERO if exchange.part_value else sum_netted(exchange, quote, captured=captured)
    needed = quote.needed - exchange.let_off if quote else ZERO
    missing = needed - captured - netted
    awaited = ZERO if exchange.part_value else sum_awaited(exchange, quote, missing=missing)
    # Where the rest of the case pays the difference, nothing leaves before that has come.
    part = read_part(exchange, quote, lines) if quote and not netted and not awaited else None
    value = _value_part(exchange, quote)
    is_visited = needs_visit(exchange)
    return ExchangeFacts(
        state=exchange.state,
        type=exchange.type,
        return_state=case.state,
        currency=case.currency,
        due=quote.due if quote else ZERO,
        outbound=quote.outbound_value + quote.shipping if quote else ZERO,
        needed=needed,
        is_paid_up_front=quote.is_paid_up_front if quote else False,
        captured=captured,
        netted=netted,
        awaited=awaited,
        card_hold=quote.card_hold if quote else ZERO,
        authorised=money.authorised,
        is_in_flight=money.in_flight,
        is_unknown=money.unknown,
        assent=get_assent(exchange, quote),
        is_risk_held=is_risk_held(case),
        is_decision_wanted=find_refused_debt(exchange) is not None,
        quote_ended_at=quote.expires_at if quote and is_open and quote.expires_at <= now else None,
        goods=goods,
        reckoned=quote.returned_value if quote else ZERO,
        credit=sum_credit(exchange, lines) if goods == Goods.ACCEPTED else None,
        part=part,
        is_kept=exchange.kept_at is not None,
        rest=sum(line.rest for line in list_lines(exchange)),
        is_parted=exchange.part_value is not None,
        part_value=value,
        part_due=_compute_part_due(exchange, value, lines),
        applied=sum_applied_credit(exchange) if value else ZERO,
        needs_visit=is_visited,
        work_state=_find_work_state(exchange) if is_visited else "",
        holds=_see_holds(exchange, _read_holds(exchange) if holds is None else holds, now=now),
        clock_zone=ZoneInfo(case.channel.time_zone),
    )


def read_clock(exchange: Exchange) -> dt.datetime:
    """The database's clock: of the moment that the case was locked in, else of this one."""
    locked_at: dt.datetime | None = getattr(exchange.return_case, "locked_at", None)
    return locked_at or clock.database_now()


def preview_end(
    exchange: Exchange, *, continues_return: bool, as_store_credit: bool = False
) -> EndPlan:
    """What ending the exchange now would do, by the plan that the command carries out."""
    return plan_end(
        read_facts(exchange),
        continues_return=continues_return,
        as_store_credit=as_store_credit,
        to_come=find_to_come(exchange),
    )


def find_to_come(exchange: Exchange) -> Decimal | None:
    """What the case's draft gives once its goods have passed; None without one, and where lines
    beside the exchange have their part in it."""
    case = exchange.return_case
    draft = payments.get_draft(exchange.case)
    if draft is None or any(line.outcome != Outcome.EXCHANGE for line in read_lines(case)):
        return None
    gross: Decimal = draft.gross
    return gross


def sum_applied_credit(exchange: Exchange) -> Decimal:
    """What credit for returned goods has paid of the replacement."""
    credit = Tender.objects.filter(
        order=exchange.replacement_order_id, kind=Tender.Kind.EXCHANGE_CREDIT
    )
    return credit.aggregate(total=Sum("captured"))["total"] or ZERO


def _read_holds(exchange: Exchange) -> list[Reservation]:
    """What the guards ask of holds, without where they are and why."""
    return _HOLDS(list_references(exchange))


def get_assent(exchange: Exchange, quote: Quote | None) -> Assent:
    """How the second pair of eyes stands to the quote; a yes counts while its giver may give it."""
    if quote is None or not quote.approval_kind:
        return Assent.NOT_NEEDED
    asked = approvals.get_newest(subject=reference(exchange), content_hash=quote.content_hash)
    if asked is None:
        return Assent.MISSING
    if asked.state == ApprovalState.ASKED:
        return Assent.ASKED
    if asked.state == ApprovalState.REJECTED:
        return Assent.REJECTED
    is_approved = approvals.is_approved(
        subject=reference(exchange), content_hash=quote.content_hash
    )
    return Assent.APPROVED if is_approved else Assent.MISSING


def _value_part(exchange: Exchange, quote: Quote | None) -> Decimal:
    """What has left costs, of an exchange that does not go out in one piece."""
    if exchange.part_value is not None:
        return exchange.part_value
    return sum_gone(exchange, quote) if exchange.state == S.PARTLY_SHIPPED and quote else ZERO


def _compute_part_due(exchange: Exchange, value: Decimal, lines: Sequence[ReturnLine]) -> Decimal:
    """What of the customer's payment the part takes that has gone.

    What left ahead of its goods was reckoned with their credit, and what is pre-paid with none.
    """
    quote = get_quote(exchange)
    if not value or quote is None:
        return ZERO
    if exchange.type == ExchangeType.REGULAR:
        credit = sum_credit(exchange, list(lines)) or ZERO
    elif exchange.type == ExchangeType.ADVANCED:
        credit = quote.returned_value
    else:
        credit = ZERO
    return round_half_up(max(value - credit, ZERO), exchange.return_case.currency)


def _find_work_state(exchange: Exchange) -> str:
    order = parcels.find_work_order(reference(exchange))
    return order.state if order else ""


def _read_money(exchange: Exchange, quote: Quote | None) -> MoneyFacts:
    """What is under way with money for it; nobody asks where nothing is ever to be paid."""
    if quote is None or not (quote.needed or quote.card_hold):
        return MoneyFacts()
    return payments.get_money(reference(exchange))


def sum_captured(exchange: Exchange) -> Decimal:
    """What the customer has paid for it and not got back; credit carried over is no payment."""
    paid = Tender.objects.filter(order=exchange.replacement_order_id).exclude(
        kind=Tender.Kind.EXCHANGE_CREDIT
    )
    total: Decimal | None = paid.aggregate(total=Sum(F("captured") - F("refunded") - F("pending")))[
        "total"
    ]
    return total or ZERO


def has_parcels(exchange: Exchange, states: Collection[str]) -> bool:
    """Whether a parcel of it is in one of these states."""
    shipments = parcels.list_shipments(reference(exchange))
    return any(shipment.state in states for shipment in shipments)


def _see_goods(lines: Sequence[ReturnLine]) -> Goods:
    decisions = {line.decision for line in lines}
    if LineDecision.REFUSED in decisions:
        return Goods.REFUSED
    return Goods.ACCEPTED if decisions == {LineDecision.ACCEPTED} else Goods.AWAITED


def _runs(hold: Reservation, now: dt.datetime) -> bool:
    """A payment in flight keeps what is due for its bounded grace."""
    ends = [moment for moment in (hold.expires_at, hold.grace_until) if moment]
    return bool(ends) and max(ends) > now


def _see_holds(exchange: Exchange, holds: Sequence[Reservation], *, now: dt.datetime) -> HoldFacts:
    active: Counter[str] = Counter()
    committed: Counter[str] = Counter()
    ended = []
    for hold in holds:
        if hold.state in (ReservationState.COMMITTED, ReservationState.CONSUMED):
            committed[hold.reference] += hold.quantity
        elif hold.state == ReservationState.ACTIVE and _runs(hold, now):
            active[hold.reference] += hold.quantity
        else:
            ended.append(min(filter(None, (hold.expires_at, hold.resolved_at))))
    wanted = {reference(line): line.quantity - line.dropped for line in list_lines(exchange)}
    for line in list_lines(exchange):
        committed[reference(line)] -= line.came_back
    whole = {name for name in active if active[name] + committed[name] >= wanted.get(name, 0)}
    promised = {line: line.backorder_day for line in list_lines(exchange) if line.backorder_day}
    return HoldFacts(
        backordered=sum(line.rest for line in promised),
        backorder_day=max(promised.values(), default=None),
        wanted=sum(wanted.values()),
        active=active.total(),
        committed=committed.total(),
        ended_at=max(ended, default=None),
        running=frozenset(whole),
        parts={name: units for name, units in active.items() if name not in whole},
    )
