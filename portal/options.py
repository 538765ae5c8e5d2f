"""The choices of a line in the reader's words: what may be had for it, with price and date."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from exchanges.queries import Offer
from portal.choices import SWAP, LineChoice
from portal.weighing import WeighedLine, gives_certain_sum, is_refused, tell_verdict
from portal.wording import Wording
from returns.states import Outcome

PLAIN = (Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.REPAIR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One radio button. `amount` is what it costs or gives."""

    value: str
    title: str
    amount: str
    note: str
    is_chosen: bool
    is_free: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePage:
    """A line on the page of choices."""

    choice: LineChoice
    title: str
    reason: str
    verdict: list[str]
    is_refused: bool
    wanted_photos: int
    swaps: list[Option]
    plain: list[Option]
    seconds: list[Option]

    @property
    def key(self) -> str:
        return self.choice.key


def draw_line(line: WeighedLine, wording: Wording) -> LinePage:
    choice, shown = line.choice, line.chosen
    return LinePage(
        choice=choice,
        title=f"{choice.quantity} × {choice.sold.title}",
        reason=wording.say(f"reason_{choice.reason}"),
        verdict=tell_verdict(shown, locale=wording.locale) if shown else [],
        is_refused=not line.possible,
        wanted_photos=_count_photos(line),
        swaps=[_draw_swap(offer, line, wording) for offer in line.offers.values()],
        plain=[
            _draw_plain(outcome, line, wording) for outcome in PLAIN if outcome in line.possible
        ],
        seconds=[
            Option(
                value=offer.variant.sku,
                title=offer.variant.full_title,
                amount=_difference(offer, choice, wording),
                note="",
                is_chosen=choice.second == offer.variant.sku,
            )
            for offer in line.offers.values()
            if offer.can_go_out
        ],
    )


def say_when(offer: Offer, wording: Wording, *, is_ahead: bool = False) -> str:
    """Honest: it goes out when the goods have come back, so only how long it takes is known.

    `is_ahead`: it may leave before, which is chosen later.
    """
    if not offer.can_go_out:
        return wording.say("not_in_stock")
    best, key = offer.best, "in_stock_free" if is_ahead else "in_stock"
    if best is None or best.arrives_on is None:
        return wording.say(key)
    return wording.say(f"{key}_by", day=wording.day(best.arrives_on))


def _draw_swap(offer: Offer, line: WeighedLine, wording: Wording) -> Option:
    choice = line.choice
    return Option(
        value=f"{SWAP}{offer.variant.sku}",
        title=offer.variant.full_title,
        amount=_difference(offer, choice, wording),
        note=say_when(offer, wording, is_ahead=line.may_leave_ahead),
        is_chosen=choice.swap == offer.variant.sku,
        is_free=offer.can_go_out,
    )


def _difference(offer: Offer, choice: LineChoice, wording: Wording) -> str:
    if offer.price is None:
        return ""
    return wording.difference(offer.difference, choice.sold.currency)


def _draw_plain(outcome: Outcome, line: WeighedLine, wording: Wording) -> Option:
    planned, currency = line.planned[outcome], line.choice.sold.currency
    amount = ""
    if outcome != Outcome.REPAIR and gives_certain_sum(planned):
        back: Decimal = planned.gross - planned.fee
        amount = wording.say("you_get", amount=wording.money(back, currency))
    return Option(
        value=str(outcome),
        title=wording.say(f"outcome_{outcome}"),
        amount=amount,
        note=wording.say(f"outcome_{outcome}_note"),
        is_chosen=line.choice.outcome == outcome,
    )


def _count_photos(line: WeighedLine) -> int:
    """How many photos policy wants for what is chosen."""
    planned = line.chosen
    if planned is None or is_refused(planned):
        return 0
    for finding in planned.judgement.findings:
        told = finding.as_json()
        if told.get("kind") == "evidence":
            return int(told.get("values", {}).get("wanted") or 0)
    return 0
