"""The outcomes of a case side by side, each by the plan of the command that would carry it out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from core.errors import BadInput
from core.events import reference
from core.money import ZERO, Money
from exchanges.models import Exchange, ExchangeLine
from exchanges.queries.describing import get_destination
from exchanges.queries.lines import list_exchanged_lines
from exchanges.queries.options.costs import (
    Ways,
    count_days_of_repair,
    count_days_of_swap,
    read_ways,
    weigh_margin,
    weigh_stock,
)
from exchanges.queries.options.judging import judge_keeping, judge_outcome
from exchanges.queries.options.picking import pick
from exchanges.queries.options.situation import (
    Situation,
    find_live_id,
    imagine,
    imagine_exchange,
    is_of_kind,
    read_situation,
    sum_to_come,
)
from exchanges.queries.planning import get_hold_scope, get_ship_to, list_wanted, plan_exchange
from exchanges.rules import (
    NoPrice,
    NoTaxRate,
    WantedReplacement,
    can_convert_to_refund,
    can_quote,
)
from exchanges.rules.options import SWAPS, Comparison, Option, OptionKind
from exchanges.states import Evenness
from inventory.models import Reservation
from inventory.queries import OutOfStock, preview_holds
from inventory.rules import Choice, HoldScope, RankedLocation, Wanted
from inventory.states import ReservationState
from payments import queries as payments
from returns.models import Return, ReturnLine
from returns.queries import get_terms, list_exchangeable, list_memo_lines, preview_keeping
from returns.rules import can_change_outcome
from returns.states import LIVE, Outcome

K = OptionKind
HALF = Decimal("0.5")


def list_options(
    case: Return, *, now: dt.datetime, sku: str = "", rate: Decimal | None = None
) -> Comparison:
    """Every outcome of the case as it stands now. Saves nothing and locks nothing.

    `sku` names the dearer article, `rate` the part of the value that is given to who keeps the
    goods; without them the desk picks. Raises `BadInput` for a SKU that is not sold, or a rate
    outside 0 to 1.
    """
    situation = read_situation(case, now=now)
    if isinstance(situation, str):
        return Comparison(obstacle=situation)
    ways = read_ways(situation)
    kinds = [K.REFUND, K.EVEN_SWAP, K.UPGRADE]
    if situation.exchange is not None and is_of_kind(situation.exchange, Evenness.DOWNGRADE):
        kinds.append(K.DOWNGRADE)
    return Comparison(
        options=tuple(
            _weigh(kind, situation, ways, sku=sku, rate=rate)
            for kind in (*kinds, K.REPAIR, K.KEEP_IT)
        )
    )


def find_obstacle(case: Return, *, now: dt.datetime) -> str:
    """Why there is nothing to choose on a case as it stands; blank where there is."""
    situation = read_situation(case, now=now)
    return situation if isinstance(situation, str) else ""


def weigh_option(
    case: Return, kind: OptionKind, *, now: dt.datetime, rate: Decimal | None = None
) -> Option:
    """One of them, as its command sees it. What goes out is weighed by the hold itself there."""
    situation = read_situation(case, now=now)
    if isinstance(situation, str):
        return Option(kind=kind, currency=case.currency, reasons=(situation,))
    if kind in SWAPS:
        judged = judge_outcome(situation, Outcome.EXCHANGE)
        return Option(kind=kind, currency=case.currency, reasons=judged.reasons, flip=judged.flip)
    option = _weigh(kind, situation, read_ways(situation), sku="", rate=rate)
    if option.is_current:
        return replace(option, reasons=("The case does that already.",))
    return option


def weigh_named(
    case: Return,
    kind: OptionKind,
    *,
    now: dt.datetime,
    wanted: Sequence[WantedReplacement] = (),
    rate: Decimal | None = None,
) -> Option:
    """An option with just these goods going out, as it would come to now."""
    situation = read_situation(case, now=now)
    if isinstance(situation, str):
        return Option(kind=kind, currency=case.currency, reasons=(situation,))
    ways = read_ways(situation)
    if kind not in SWAPS:
        return _weigh(kind, situation, ways, sku="", rate=rate)
    if not wanted:
        raise BadInput("Choose what goes out instead.", field="goods")
    return _weigh_swap(situation, ways, kind, wanted)


def list_open_lines(case: Return, exchange: Exchange | None) -> list[ReturnLine]:
    """The goods that an outcome is for: those that are exchanged, else all that may be."""
    return list_exchanged_lines(exchange) if exchange else list_exchangeable(case)


def _weigh(
    kind: OptionKind, situation: Situation, ways: Ways, *, sku: str, rate: Decimal | None
) -> Option:
    if kind == K.REFUND:
        return _refund(situation, ways)
    if kind == K.REPAIR:
        return _repair(situation, ways)
    if kind == K.KEEP_IT:
        return _keep(situation, ways, rate)
    return _swap(situation, ways, kind, sku=sku if kind == K.UPGRADE else "")


def _refund(situation: Situation, ways: Ways) -> Option:
    is_current = situation.outcome in (Outcome.REFUND, Outcome.STORE_CREDIT)
    outcome = situation.outcome if is_current else Outcome.REFUND
    case = imagine(situation, outcome)
    judged = judge_outcome(situation, outcome)
    customer = situation.captured + situation.owed + sum_to_come(case)
    return Option(
        kind=K.REFUND,
        currency=case.currency,
        is_current=is_current,
        reasons=judged.reasons or (() if is_current else _why_not_money(situation, outcome)),
        flip=judged.flip,
        customer=customer,
        margin=weigh_margin(situation, list_memo_lines(case), ways),
        days=ways.days_back,
        frees=_count_held(situation),
        open_ends=_say_shortfall(situation, customer - situation.captured),
    )


def _swap(situation: Situation, ways: Ways, kind: OptionKind, *, sku: str) -> Option:
    currency = situation.case.currency
    wanted = pick(situation, kind, sku=sku)
    if not wanted:
        what = "of the same value" if kind == K.EVEN_SWAP else "dearer of this kind"
        return Option(kind=kind, currency=currency, reasons=(f"Nothing {what} is sold.",))
    return _weigh_swap(situation, ways, kind, wanted)


def _weigh_swap(
    situation: Situation, ways: Ways, kind: OptionKind, wanted: Sequence[WantedReplacement]
) -> Option:
    currency = situation.case.currency
    exchange = imagine_exchange(situation)
    is_current = situation.exchange is not None and _is_going(situation.exchange, wanted)
    try:
        plan = plan_exchange(exchange, now=situation.now, wanted=wanted)
    except (NoPrice, NoTaxRate) as error:
        return Option(kind=kind, currency=currency, reasons=(error.message,))
    judged = judge_outcome(situation, Outcome.EXCHANGE)
    verdict = can_quote(situation.facts) if situation.facts else None
    reasons = [*judged.reasons, *(verdict.reasons if verdict else ())]
    scope = get_hold_scope(exchange)
    choices: Sequence[Choice] = ()
    is_held = is_current and situation.facts is not None and situation.facts.holds.covers_all
    try:
        choices = (
            _list_held(situation)
            if is_held
            else _preview_holds(situation, exchange, wanted, scope=scope)
        )
    except OutOfStock as error:
        reasons.append(error.message)
    approval = plan.quote.approval
    outbound = plan.quote.outbound_value + plan.quote.shipping
    return Option(
        kind=kind,
        currency=currency,
        is_current=is_current,
        reasons=tuple(reasons),
        flip=judged.flip,
        asks=approval.why if approval else (),
        customer=situation.captured + situation.owed + sum_to_come(exchange.return_case) - outbound,
        margin=weigh_margin(
            situation,
            list_memo_lines(exchange.return_case),
            ways,
            plan=plan,
            choices=choices,
        ),
        days=count_days_of_swap(situation, ways, choices, exchange.type) if choices else None,
        stock=weigh_stock(situation, plan, choices, scope=scope, is_held=is_held),
        frees=0 if is_current else _count_held(situation),
        wanted=tuple(wanted),
    )


def _repair(situation: Situation, ways: Ways) -> Option:
    is_current = situation.outcome == Outcome.REPAIR
    case = imagine(situation, Outcome.REPAIR)
    judged = judge_outcome(situation, Outcome.REPAIR)
    is_free = all(bool(get_terms(line).warranty) for line in situation.lines)
    open_ends = [] if is_free else ["Outside the warranty the customer pays what is estimated."]
    return Option(
        kind=K.REPAIR,
        currency=case.currency,
        is_current=is_current,
        reasons=judged.reasons or (() if is_current else _why_not_money(situation, Outcome.REPAIR)),
        flip=judged.flip,
        customer=situation.captured + situation.owed + sum_to_come(case),
        margin=weigh_margin(situation, list_memo_lines(case), ways, is_repaired=True),
        days=count_days_of_repair(situation, ways),
        frees=_count_held(situation),
        open_ends=tuple(open_ends),
    )


def _keep(situation: Situation, ways: Ways, rate: Decimal | None) -> Option:
    """Policy's part of the value, else half; beyond policy a second person is asked first."""
    if rate is not None and not 0 <= rate <= 1:
        raise BadInput("A part of the value lies between 0 and 1.", field="rate")
    case = imagine(situation, Outcome.REFUND)
    judged = judge_keeping(situation)
    rates = [get_terms(line).kept_rate for line in situation.lines]
    by_policy = (
        next((each for each in rates if each is not None), None)
        if all(each is not None for each in rates)
        else None
    )
    chosen = rate if rate is not None else HALF if by_policy is None else by_policy
    keeping = preview_keeping(case, rate=chosen)
    credit = sum((line.gross for line in keeping.lines), ZERO)
    reasons = [*keeping.verdict.reasons, *_why_not_kept(situation)]
    if situation.outcome != Outcome.REFUND:
        reasons += judge_outcome(situation, Outcome.REFUND).reasons
    if situation.exchange is not None:
        reasons += _why_not_money(situation, Outcome.REFUND)
        if not keeping.is_by_policy:
            reasons += [
                *judged.reasons,
                "A second person has to agree first, and the exchange would be gone by then: turn "
                "it into a refund, and ask for it there.",
            ]
    asks = (
        ()
        if keeping.is_by_policy or reasons
        else (*judged.reasons, "It is beyond what policy gives.")
    )
    return Option(
        kind=K.KEEP_IT,
        currency=case.currency,
        reasons=tuple(dict.fromkeys(reasons)),
        flip=judged.flip,
        asks=asks,
        customer=situation.captured + situation.owed + credit,
        margin=weigh_margin(situation, keeping.lines, ways, comes_back=False),
        days=0,
        frees=_count_held(situation),
        rate=chosen,
        open_ends=_say_shortfall(situation, situation.owed + credit),
    )


def _why_not_money(situation: Situation, outcome: str) -> tuple[str, ...]:
    """The guards of the command that takes it there."""
    if situation.facts is not None:
        return can_convert_to_refund(situation.facts).reasons
    return tuple(
        reason
        for line in situation.lines
        for reason in can_change_outcome(
            decision=line.get_decision_display().lower(),
            before=line.outcome,
            after=outcome,
            is_touched=line.is_touched,
            is_open=line.decision in LIVE,
        ).reasons
    )


def _why_not_kept(situation: Situation) -> list[str]:
    """What has come is settled as inspection finds it; only what has not come can be kept."""
    is_touched = any(line.awaited < line.quantity for line in situation.lines)
    return ["Some of it has come, or is settled: see “Let them keep it”."] if is_touched else []


def _say_shortfall(situation: Situation, amount: Decimal) -> tuple[str, ...]:
    """What cannot go back to where it came from is shown, and somebody chooses (S22)."""
    if amount <= 0:
        return ()
    orders = {line.order_line.order_id for line in situation.lines}
    plan = payments.plan_refund(order_ids=orders, amount=amount, currency=situation.case.currency)
    if plan.shortfall <= 0:
        return ()
    short = Money(plan.shortfall, plan.currency).format("en")
    return (f"{short} of it cannot go back to what was paid with: somebody has to choose.",)


def _count_held(situation: Situation) -> int:
    return situation.facts.holds.active if situation.facts else 0


def _is_going(exchange: Exchange, wanted: Sequence[WantedReplacement]) -> bool:
    """Whether just that goes out already; what it costs, and from where, is another matter."""

    def names(lines: Sequence[WantedReplacement]) -> list[tuple[int | None, int, int]]:
        return [(line.replaces_order_line_id, line.variant_id, line.quantity) for line in lines]

    return names(wanted) == names(list_wanted(exchange))


def _preview_holds(
    situation: Situation,
    exchange: Exchange,
    wanted: Sequence[WantedReplacement],
    *,
    scope: HoldScope,
) -> list[Choice]:
    """Where the command would hold it. Raises `OutOfStock`."""
    return preview_holds(
        partner_id=situation.case.partner_id,
        wanted=[
            Wanted(
                reference=f"option:{at}",
                variant_id=line.variant_id,
                quantity=line.quantity,
                location_id=line.location_id,
            )
            for at, line in enumerate(wanted)
        ],
        destination=get_destination(get_ship_to(exchange)),
        now=situation.now,
        scope=scope,
        since=situation.case.opened_at,
    )


def _list_held(situation: Situation) -> list[Choice]:
    """Where what goes out already is held, as it was weighed."""
    exchange = situation.exchange
    assert exchange is not None
    lines = [reference(line) for line in ExchangeLine.objects.filter(exchange=exchange)]
    holds = Reservation.objects.filter(
        reference__in=lines, state__in=[ReservationState.ACTIVE, ReservationState.COMMITTED]
    )
    return [
        Choice(
            Wanted(hold.reference, hold.variant_id, hold.quantity),
            hold.location_id,
            tuple(_read_place(place) for place in hold.ranking),
        )
        for hold in holds
    ]


def _read_place(facts: dict[str, object]) -> RankedLocation:
    """As `RankedLocation.as_facts` wrote it."""
    known = dict(facts)
    cost, day = known.get("cost"), known.get("arrives_on")
    known["cost"] = None if cost is None else Decimal(str(cost))
    known["arrives_on"] = day and dt.date.fromisoformat(str(day))
    return RankedLocation(**known)  # type: ignore[arg-type]


__all__ = [
    "find_live_id",
    "find_obstacle",
    "list_open_lines",
    "list_options",
    "weigh_named",
    "weigh_option",
]
