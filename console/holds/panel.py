"""One hold beside the board: why it lies where it lies, who is next, and what may be done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from console.badges import type_word
from console.case.commands import COMMAND_OF_CODE
from console.components import Action, Fact
from console.holds.commands import CODE_OF_HOLD_ACTION, URL_NAMES
from console.holds.page import HoldPanel
from console.holds.rows import Onlooker, draw_clock, draw_why, list_exchange_lines
from console.holds.tabs import list_visible_waiting
from console.holds.waiting import list_case_numbers
from console.links import case_url, stock_url
from console.ranking import draw_ranking
from console.refusals import stamp
from core.models import Event
from core.verdicts import Verdict
from exchanges import queries as exchanges
from exchanges.models import ExchangeLine
from exchanges.states import ExchangeType
from inventory.models import Reservation
from inventory.states import LIVE, ReservationState

KEYS = {"hold-extension": "e", "hold-release": "r", "hold": "a"}


def draw_panel(hold: Reservation, onlooker: Onlooker, *, on_board: bool) -> HoldPanel:
    """`on_board`: beside the rows, where a dialog opens for what is asked."""
    line = list_exchange_lines([hold.reference]).get(hold.reference)
    return HoldPanel(
        number=hold.number,
        url=onlooker.address(hold),
        why=draw_why(hold, line, onlooker.as_of),
        clock=draw_clock(hold, onlooker.as_of),
        facts=list(_facts(hold, line, onlooker)),
        ranking=draw_ranking(hold, onlooker.reader) if hold.ranking else None,
        lapses=_lapses(hold, onlooker),
        actions=list(_actions(hold, line, onlooker, on_board=on_board)),
    )


def _facts(hold: Reservation, line: ExchangeLine | None, onlooker: Onlooker) -> Iterator[Fact]:
    reader, level = onlooker.reader, hold.stock_level
    if line:
        case = line.exchange.return_case
        yield Fact(term="Case", value=case.number, url=case_url(case), is_code=True)
    yield Fact(
        term="Item", value=f"{hold.quantity} × {hold.variant.sku}", url=stock_url(hold.variant)
    )
    place = hold.location.name
    yield Fact(term="At", value=f"{place}, bin {hold.bin.code}" if hold.bin else place)
    if hold.state in LIVE:
        yield Fact(term="Free there", value=f"{level.available} of {level.on_hand}")
    yield Fact(term="Taken", value=reader.moment(hold.made_at))
    whom = [
        type_word(hold.exchange_type) if hold.exchange_type in ExchangeType else "",
        hold.channel,
        hold.tier.capitalize(),
    ]
    if any(whom):
        yield Fact(term="For", value=" · ".join(word for word in whom if word))
    if hold.continues:
        yield Fact(
            term="Continues",
            value=hold.continues,
            url=reverse("console:hold", args=[hold.continues]),
            is_code=True,
        )
    if hold.resolved_at:
        yield Fact(term="Ended", value=reader.moment(hold.resolved_at))


def _lapses(hold: Reservation, onlooker: Onlooker) -> str:
    """Who gets the units if this hold ends, or got its chance when it did."""
    if hold.state not in (*LIVE, ReservationState.EXPIRED):
        return ""
    line = list_visible_waiting(onlooker.rights).filter(variant=hold.variant_id)
    first = line.exclude(case=hold.case).order_by("since", "pk").first()
    if first is None:
        return "Nobody waits for this item: every channel may sell it again."
    number = list_case_numbers([first]).get(first.case, "A case")
    return f"{number} has waited longest for this item ({onlooker.reader.ago(first.since)})."


def _actions(
    hold: Reservation, line: ExchangeLine | None, onlooker: Onlooker, *, on_board: bool
) -> Iterator[Action]:
    """What this person may do about a hold of an exchange that goes on, and why not the rest."""
    if line is None or hold.state not in (ReservationState.ACTIVE, ReservationState.EXPIRED):
        return
    exchange = line.exchange
    facts = exchanges.read_facts(exchange)
    moot = ("hold",) if facts.holds.covers_all else ("hold-extension", "hold-release")
    for action in exchanges.list_actions(facts, onlooker.rights.permissions):
        code = CODE_OF_HOLD_ACTION.get(action.code)
        if code is not None and code not in moot:
            verdict = Verdict(allowed=action.is_allowed, reasons=action.reasons)
            yield _draw_action(code, verdict, hold, line, onlooker, on_board=on_board)


def _draw_action(
    code: str,
    verdict: Verdict,
    hold: Reservation,
    line: ExchangeLine,
    onlooker: Onlooker,
    *,
    on_board: bool,
) -> Action:
    command = COMMAND_OF_CODE[code]
    shape: dict[str, Any] = {
        "url": onlooker.address(hold, URL_NAMES[code]),
        "kind": "primary" if code != "hold-release" else "secondary",
        "key": KEYS[code],
    }
    if not verdict:
        return Action(label=command.label, blocked_because=" ".join(verdict.reasons), **shape)
    if command.asks:
        fills = "hold-dialog" if on_board else ""
        return Action(label=f"{command.label}…", method="get", fills=fills, **shape)
    newest = Event.objects.filter(case=hold.case).order_by("-pk").values_list("pk", flat=True)
    fields = stamp(version=line.exchange.return_case.version, seen=newest.first() or 0)
    fields["back"] = onlooker.back
    return Action(label=command.label, fields=fields, swaps="holds" if on_board else "", **shape)
