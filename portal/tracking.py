"""Both directions of a case on one page, and what its customer may do next.

Everything is read anew from the rows that agents and warehouses act on: there is no state of its
own that could fall out of step.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from core.events import reference
from core.formats import local_date
from exchanges import queries as exchanges
from exchanges import rules
from exchanges.queries import ExchangeColumn
from exchanges.rules import OutboundReason
from exchanges.states import OVER as EXCHANGE_OVER
from exchanges.states import ExchangeState, ExchangeType
from inventory.states import LIVE as LIVE_HOLDS
from payments import queries as payments
from payments.models import PaymentRequest
from payments.states import MemoState, ObligationKind, ObligationState, RequestState
from policies import queries as policies
from portal.visits import Visit
from portal.wording import Wording
from returns import queries as returns
from returns.links import PAPERS, make_token
from returns.models import Rating, Return
from returns.queries.evidence import WantedLine, describe_wanted
from returns.rules import MAY_BE_SENT, SCORES, can_cancel, can_mark_departed, can_rate
from returns.states import OVER, LineDecision, Outcome, ReturnState

# What a customer is told of all that keeps a replacement here; the rest is ours to look at.
WAITS_FOR = {
    OutboundReason.AWAITING_PAYMENT: "out_waits_money",
    OutboundReason.MONEY_UNKNOWN: "out_waits_bank",
    OutboundReason.CARD_HOLD_MISSING: "out_waits_hold",
    OutboundReason.AWAITING_GOODS: "out_waits_goods",
    OutboundReason.HOLD_MISSING: "out_waits_stock",
}

OWED = (ObligationState.OPEN, ObligationState.DUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A stop on the way. `state` is done, now, todo or stopped."""

    words: str
    state: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One direction: what travels, how far it is, and what is to be said of it."""

    goods: list[str]
    stations: list[Station]
    notes: list[str]
    parcels: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WishAsked:
    """The second wish at more than was agreed. `due`, signed, goes along with the yes."""

    words: str
    due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """What the page shows, and which steps its customer may take."""

    number: str
    now: str
    why: list[str]
    back: Track
    out: Track | None
    money: list[str]
    papers: list[tuple[str, str]]
    pay_url: str
    can_pay: bool
    is_hold: bool
    can_say_sent: bool
    can_cancel: bool
    asked: list[WantedLine]
    wish: WishAsked | None
    scores: list[tuple[int, str]]


def list_cases(visit: Visit) -> list[Return]:
    """The cases of the order, newest first."""
    cases = Return.objects.filter(lines__order_line__order=visit.order).distinct()
    return list(cases.order_by("-pk"))


def find_case(visit: Visit, number: str) -> Return | None:
    """A case of the order that was opened by the link; None for anybody else's, or none."""
    cases = Return.objects.filter(number=number.upper(), lines__order_line__order=visit.order)
    found: Return | None = cases.select_related("channel", "customer", "policy_version").first()
    return found


def say_state(case: Return, wording: Wording) -> str:
    return wording.say(f"state_{case.state}")


def draw_case(case: Return, visit: Visit) -> CasePage:
    wording = visit.wording
    exchange = exchanges.get_exchange(return_id=case.pk)
    column = exchanges.describe_exchange(exchange, permissions=()) if exchange else None
    request = _find_request(case)
    can_pay = column is not None and bool(rules.can_send_link(column.facts).allowed)
    return CasePage(
        number=case.number,
        now=say_state(case, wording),
        why=_say_why(case, wording),
        back=_draw_back(case, wording),
        out=_draw_out(column, case, wording) if column else None,
        money=list(_say_money(case, column, wording)),
        papers=_list_papers(case, wording),
        pay_url=request.url if request and can_pay else "",
        can_pay=can_pay,
        is_hold=can_pay and column is not None and column.facts.missing <= 0,
        can_say_sent=case.state == ReturnState.AUTHORISED and can_mark_departed(case.state).allowed,
        can_cancel=may_cancel(case, column),
        asked=describe_wanted(case) if case.state == ReturnState.AWAITING_EVIDENCE else [],
        wish=_ask_wish(column, wording) if column else None,
        scores=_list_scores(case, wording),
    )


def _ask_wish(column: ExchangeColumn, wording: Wording) -> WishAsked | None:
    """One that costs no more than was agreed needs no question: it goes out by itself."""
    wish = exchanges.find_second_wish(column.exchange, now=column.as_of)
    if wish is None or not wish.is_dearer:
        return None
    goods = ", ".join(
        f"{line.quantity} × {variant.full_title}"
        for line, variant in zip(wish.lines, wish.variants, strict=True)
    )
    amount = wording.difference(wish.due, wish.currency)
    return WishAsked(words=wording.say("wish_words", goods=goods, amount=amount), due=str(wish.due))


def _list_scores(case: Return, wording: Wording) -> list[tuple[int, str]]:
    """What may be given, while it may be."""
    is_rated = Rating.objects.filter(return_case=case).exists()
    if not can_rate(case.state, is_rated=is_rated).allowed:
        return []
    return [(score, wording.say(f"score_{score}")) for score in SCORES]


def may_cancel(case: Return, column: ExchangeColumn | None) -> bool:
    """Until goods are here or the replacement has left."""
    if not can_cancel(case.state).allowed:
        return False
    if column is None or column.exchange.state in EXCHANGE_OVER:
        return column is None or column.exchange.state != ExchangeState.COMPLETED
    return rules.can_cancel(column.facts, continues_return=False).allowed


def _say_why(case: Return, wording: Wording) -> list[str]:
    """What policy decided, as customers may read it; each sentence once."""
    if case.state not in (
        ReturnState.AWAITING_EVIDENCE,
        ReturnState.IN_REVIEW,
        ReturnState.AUTHORISED,
        ReturnState.REJECTED,
    ):
        return []
    decisions = policies.list_decisions([reference(line) for line in case.lines.order_by("pk")])
    said = [
        sentence
        for decision in decisions
        for sentence in policies.for_customer(decision, locale=wording.locale)
    ]
    return list(dict.fromkeys(said))


# ── what comes back ──────────────────────────────────────────────────────────


def _draw_back(case: Return, wording: Wording) -> Track:
    column = returns.describe_return(case, permissions=())
    awaited = any(line.line.awaited for line in column.lines)
    notes = []
    if case.send_back_by and case.state == ReturnState.AUTHORISED and awaited:
        notes.append(wording.say("send_back_by", day=wording.day(case.send_back_by)))
    notes += _say_owed(case, wording)
    parcel = column.parcel
    return Track(
        goods=[
            f"{line.line.quantity} × {line.line.order_line.title}"
            for line in column.lines
            if line.line.decision != LineDecision.REJECTED or case.state == ReturnState.REJECTED
        ],
        stations=[_draw_station("back", step, case, wording) for step in column.steps],
        notes=notes,
        parcels=[_name_parcel(parcel.carrier, parcel.tracking_number)]
        if parcel and parcel.tracking_number
        else [],
    )


def _say_owed(case: Return, wording: Wording) -> list[str]:
    """Of what left ahead: the day by which its goods have to be here, and what else is charged."""
    said = []
    for owed in payments.list_obligations(reference(case)):
        if owed.kind == ObligationKind.GOODS and owed.state in OWED:
            last = owed.due_on + dt.timedelta(days=owed.grace_days)
            amount = wording.money(owed.amount, owed.currency)
            days = {"day": wording.day(owed.due_on), "last": wording.day(last)}
            said.append(wording.say("owed_by", amount=amount, **days))
    return said


def _draw_station(way: str, step: Any, case: Return, wording: Wording) -> Station:
    zone = case.channel.time_zone
    return Station(
        words=wording.say(f"{way}_{step.code}"),
        state=step.state,
        day=wording.day(local_date(step.at, zone)) if step.at else "",
    )


def _list_papers(case: Return, wording: Wording) -> list[tuple[str, str]]:
    """Label, slip and code, by the same signed links as in the letters."""
    if case.state not in MAY_BE_SENT or not returns.describe_return(case, permissions=()).parcel:
        return []
    token = make_token(case)
    return [
        (wording.say(f"paper_{name}"), reverse("papers:paper", args=[token, name]))
        for name in PAPERS
    ]


# ── what goes out ────────────────────────────────────────────────────────────


def _draw_out(column: ExchangeColumn, case: Return, wording: Wording) -> Track:
    return Track(
        goods=[f"{line.quantity} × {line.variant.full_title}" for line in column.lines],
        stations=[
            _draw_station("out", step, case, wording)
            for step in column.steps
            if step.code != "goods" or column.exchange.type == ExchangeType.REGULAR
        ],
        notes=list(_note_out(column, case, wording)),
        parcels=[
            _name_parcel(each.carrier, each.tracking_number)
            for each in column.shipments
            if each.tracking_number
        ],
    )


def _note_out(column: ExchangeColumn, case: Return, wording: Wording) -> Sequence[str]:
    """Whether it is kept for them and until when; what it waits for; when it is expected."""
    notes = []
    live = column.live_hold
    if live is not None and column.exchange.state not in EXCHANGE_OVER:
        notes.append(_say_kept(live.expires_at, case, wording))
    if case.state not in OVER:
        waits = [WAITS_FOR.get(each.reason, "out_waits_us") for each in column.awaits]
        notes += [wording.say(key) for key in dict.fromkeys(waits)]
    if column.exchange.state in {*rules.BEFORE_RELEASE, ExchangeState.RELEASING}:
        goods = [
            f"{line.quantity} × {line.second.full_title}" for line in column.lines if line.second
        ]
        notes += [wording.say("out_second", goods=", ".join(goods))] if goods else []
    promised = [each.promised_on for each in column.shipments if each.promised_on]
    if promised and column.exchange.state != ExchangeState.COMPLETED:
        notes.append(wording.say("out_promised", day=wording.day(max(promised))))
    elif live is not None and live.state in LIVE_HOLDS and column.ranking:
        notes += _say_how_long(column, wording)
    return notes


def _say_kept(until: dt.datetime | None, case: Return, wording: Wording) -> str:
    if until is None:
        return wording.say("out_set_aside")
    return wording.say("out_kept", day=wording.day(local_date(until, case.channel.time_zone)))


def _say_how_long(column: ExchangeColumn, wording: Wording) -> list[str]:
    """As the way stands today: what was weighed when the hold was made may be days old."""
    live = column.live_hold
    way = exchanges.weigh_way(column.exchange, live, now=column.as_of) if live else None
    if way is None or way.arrives_on is None:
        return []
    return [wording.say("out_if_today", day=wording.day(way.arrives_on))]


def _name_parcel(carrier: str, number: str) -> str:
    return f"{carrier} {number}".strip()


# ── the money ────────────────────────────────────────────────────────────────


def _find_request(case: Return) -> PaymentRequest | None:
    """The page at the provider that is open for this case, once it stands."""
    requests = payments.list_requests(reference(case))
    return next((r for r in requests if r.state == RequestState.OPEN and r.url), None)


def _say_to_pay(column: ExchangeColumn, wording: Wording) -> list[str]:
    """What is to be paid or held before it leaves, where it leaves ahead of its goods."""
    facts = column.facts
    if column.exchange.type == ExchangeType.REGULAR or column.exchange.state in EXCHANGE_OVER:
        return []
    said = []
    if facts.missing > 0:
        amount = wording.money(facts.missing, facts.currency)
        said.append(wording.say("to_pay_now", amount=amount))
    if facts.card_hold > facts.authorised and column.exchange.state in rules.BEFORE_RELEASE:
        amount = wording.money(facts.card_hold - facts.authorised, facts.currency)
        said.append(wording.say("to_hold_now", amount=amount))
    return said


def _say_money(case: Return, column: ExchangeColumn | None, wording: Wording) -> Sequence[str]:
    said = _say_to_pay(column, wording) if column else []
    if (
        column
        and column.quote
        and column.exchange.state
        not in (
            ExchangeState.CANCELLED,
            ExchangeState.EXPIRED,
            ExchangeState.CONVERTED_TO_REFUND,
        )
    ):
        if column.exchange.type != ExchangeType.ADVANCED_PREPAID:
            said.append(wording.difference(column.quote.due, column.quote.currency))
        if column.quote.needed > 0 and column.facts.missing <= 0:
            said.append(wording.say("money_paid"))
    issued = [m for m in payments.list_memos(reference(case)) if m.state != MemoState.DRAFT]
    outcomes = set(case.lines.values_list("outcome", flat=True))
    if issued and Outcome.EXCHANGE not in outcomes:
        total = sum((memo.gross for memo in issued), issued[0].gross * 0)
        said.append(wording.say("money_credited", amount=wording.money(total, case.currency)))
    return said
