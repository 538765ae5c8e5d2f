"""The exchange side of the case page, as facts: screens put them into the reader's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from core import clock
from core.events import reference
from core.kept import KeptQuery
from core.models import Event
from core.roles import Permission
from exchanges.models import Exchange, ExchangeLine, Quote
from exchanges.queries.actions import Action, list_actions
from exchanges.queries.facts import get_quote, list_holds, read_facts
from exchanges.queries.lines import list_lines
from exchanges.queries.policy import ask_policy
from exchanges.rules import ExchangeFacts, OutboundHold, list_outbound_holds
from exchanges.states import OVER, ExchangeState, ExchangeType
from fulfilment import queries as parcels
from fulfilment.models import Shipment
from inventory.models import Reservation
from inventory.states import LIVE
from policies.models import Decision
from returns.models import Return
from returns.queries import read_lines
from returns.states import LineDecision, Outcome

S = ExchangeState


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A station of the exchange. `at` and `by` are of the event that reached it."""

    code: str
    label: str
    state: Literal["done", "now", "todo", "stopped"]
    at: dt.datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyRow:
    """One row of the calculation; `amount` is signed, credit and fees as the sum takes them."""

    label: str
    amount: Decimal
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeColumn:
    """Everything the exchange column shows, read once."""

    exchange: Exchange
    facts: ExchangeFacts
    lines: list[ExchangeLine]
    quote: Quote | None
    money: list[MoneyRow]
    steps: list[Step]
    awaits: list[OutboundHold]
    holds: list[Reservation]
    shipments: list[Shipment]
    actions: list[Action]
    as_of: dt.datetime

    @property
    def live_hold(self) -> Reservation | None:
        """The hold whose clock is shown: the one that ends first."""
        live = [hold for hold in self.holds if hold.state in LIVE]
        return min(live, key=lambda hold: (hold.expires_at is None, hold.expires_at), default=None)

    @property
    def ranking(self) -> list[dict[str, Any]]:
        """The places as they were weighed for the shown hold, best first."""
        return self.live_hold.ranking if self.live_hold else []


# What an event of this kind has reached, in the order of an exchange's life.
STATIONS: tuple[tuple[str, str, str], ...] = (
    ("quoted", "Quoted", "exchange.quoted"),
    ("accepted", "Confirmed", "exchange.accepted"),
    ("goods", "Goods accepted", "exchange.goods_accepted"),
    ("released", "With the warehouse", "exchange.released"),
    ("shipped", "In transit", "exchange.shipped"),
    ("delivered", "Delivered", "exchange.delivered"),
)


_OF_CASE: KeptQuery[Exchange] = KeptQuery(
    lambda return_id: (
        Exchange.objects.filter(return_case=return_id)
        .select_related("return_case__channel", "accepted_quote", "replacement_order")
        .order_by("-pk")
    )
)


def get_exchange(*, return_id: int) -> Exchange | None:
    """The exchange of a case that a screen shows: the live one, else the last."""
    exchanges = _OF_CASE(return_id)
    live = [exchange for exchange in exchanges if exchange.state not in OVER]
    return next(iter(live or exchanges), None)


def list_states(return_id: int) -> list[str]:
    """How the exchanges stand that a case has, or has had."""
    return list(Exchange.objects.filter(return_case=return_id).values_list("state", flat=True))


def describe_exchange(
    exchange: Exchange,
    *,
    permissions: Collection[Permission],
    events: Sequence[Event] | None = None,
) -> ExchangeColumn:
    """The column for a person with these permissions. `events` spares reading the case's again."""
    holds = list_holds(exchange)
    now = clock.database_now()
    facts = ask_policy(exchange, read_facts(exchange, holds=holds, now=now))
    quote = get_quote(exchange)
    return ExchangeColumn(
        exchange=exchange,
        facts=facts,
        lines=list_lines(exchange),
        quote=quote,
        money=list_money(quote) if quote else [],
        steps=list_steps(exchange, events),
        awaits=list_outbound_holds(facts),
        holds=holds,
        shipments=parcels.list_shipments(reference(exchange)),
        actions=list_actions(facts, permissions),
        as_of=now,
    )


def list_steps(exchange: Exchange, events: Sequence[Event] | None = None) -> list[Step]:
    """The stepper: what was reached when and by whom, what is next, and where it stopped."""
    subject = reference(exchange)
    if events is None:
        events = list(Event.objects.filter(subject=subject))
    reached: dict[str, Event] = {}
    for told in sorted(events, key=lambda event: event.pk):
        if told.subject != subject:
            continue
        reached[told.kind] = told
        if told.kind == "exchange.came_back":  # it leaves anew
            reached.pop("exchange.released", None)
            reached.pop("exchange.shipped", None)
    steps: list[Step] = []
    is_over = exchange.state in set(OVER) - {S.COMPLETED}
    for code, label, kind in _list_stations(exchange):
        event = reached.get(kind)
        is_next = event is None and not is_over and all(step.state == "done" for step in steps)
        steps.append(
            Step(
                code=code,
                label=label,
                state="done" if event else "now" if is_next else "todo",
                at=event.at if event else None,
                by=event.actor if event else "",
            )
        )
    if not is_over:
        return steps
    done = [step for step in steps if step.state == "done"]
    end = Step(
        code="ended",
        label=ExchangeState(exchange.state).label,
        state="stopped",
        at=exchange.ended_at,
    )
    return [*done, end]


def _list_stations(exchange: Exchange) -> list[tuple[str, str, str]]:
    """What leaves before its goods has them accepted last."""
    stations = list(STATIONS)
    if exchange.type != ExchangeType.REGULAR:
        stations.sort(key=lambda station: station[0] == "goods")
    return stations


def list_money(quote: Quote) -> list[MoneyRow]:
    """The quote as a sum: what comes back, fees, what goes out, shipping; it ends in `due`."""
    rows = [
        MoneyRow(label=f"Back: {goods['sku']}", amount=-Decimal(goods["gross"]))
        for goods in quote.inputs["returned"]
    ]
    fees = sum((Decimal(goods["fee"]) for goods in quote.inputs["returned"]), Decimal(0))
    if fees:
        rows.append(MoneyRow(label="Restocking fee", amount=fees))
    if reduced := Decimal(quote.inputs.get("reduced", "0")):
        rows.append(MoneyRow(label="Less for the condition", amount=reduced))
    rows += [
        MoneyRow(label=f"Out: {line['sku']}", amount=Decimal(line["gross"]), note=line["sentence"])
        for line in quote.lines
    ]
    if quote.shipping:
        rows.append(MoneyRow(label="Shipping", amount=quote.shipping))
    return rows


def list_rejections(case: Return) -> list[str]:
    """Policy's sentence for each line that was to be exchanged and is refused."""
    subjects = [
        reference(line)
        for line in read_lines(case)
        if line.outcome == Outcome.EXCHANGE and line.decision == LineDecision.REJECTED
    ]
    if not subjects:
        return []
    decisions = Decision.objects.filter(subject__in=subjects).order_by("pk")
    return [decision.sentence for decision in decisions]


def list_due_quotes(*, limit: int) -> list[int]:
    """Exchanges whose unconfirmed quote has run out, oldest first."""
    ended = (
        Exchange.objects.filter(state=S.QUOTED)
        .exclude(quotes__expires_at__gt=clock.database_now())
        .order_by("pk")
    )
    return list(ended.values_list("pk", flat=True)[:limit])
