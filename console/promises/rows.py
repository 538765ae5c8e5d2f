"""One row a promise: what was said to whom, for when, and what is known against it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from console.components import Badge, Tone
from console.reader import Reader
from exchanges.models import Exchange
from notifications.models import Promise
from notifications.queries import judge
from notifications.states import PromiseState
from returns.models import Return

WHAT = {
    "arrival": "Replacement arrives",
    "send_back_by": "Goods to be sent",
    "goods_back_by": "Old goods to be back",
    "pay_by": "Payment due",
    "photos_by": "Photos due",
}
AT_RISK = Badge(word="At risk", tone="warn")
_TONES: dict[str, Tone] = {
    PromiseState.KEPT: "good",
    PromiseState.BROKEN: "bad",
    PromiseState.OPEN: "info",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRow:
    what: str
    about: str
    customer: str
    case: str
    case_url: str
    day: str
    expected: str
    why: str
    said: str
    message_url: str
    badge: Badge


def draw_rows(promises: Iterable[Promise], reader: Reader) -> list[PromiseRow]:
    found = list(promises)
    cases, exchanges = _read_cases(found), _read_exchanges(found)
    return [_draw(promise, cases, exchanges, reader) for promise in found]


def _draw(
    promise: Promise, cases: dict[str, Return], exchanges: dict[str, str], reader: Reader
) -> PromiseRow:
    case = cases.get(promise.case)
    standing = judge(promise, now=reader.now)
    is_live = promise.state in (PromiseState.OPEN, PromiseState.BROKEN)
    return PromiseRow(
        what=WHAT.get(promise.what, promise.what.replace("_", " ").capitalize()),
        about=exchanges.get(promise.about, ""),
        customer=str(case.customer) if case else "",
        case=case.number if case else "",
        case_url=reverse("console:case", args=[case.number]) if case else "",
        day=reader.day(promise.promised_on),
        expected=reader.day(promise.expected_on) if promise.expected_on else "",
        why=standing.why if is_live else "",
        said=reader.moment(promise.said_at),
        message_url=reverse("console:message", args=[promise.message.public_id]),
        badge=_badge(promise, standing.code),
    )


def _badge(promise: Promise, code: str) -> Badge:
    if promise.state == PromiseState.OPEN and promise.is_ours and code != "on_time":
        return Badge(word="Late", tone="bad") if code == "over" else AT_RISK
    state = PromiseState(promise.state)
    return Badge(word=str(state.label), tone=_TONES.get(state, "plain"))


def _read_cases(promises: list[Promise]) -> dict[str, Return]:
    ids = _ids_of("return", [promise.case for promise in promises])
    cases = Return.objects.filter(pk__in=ids).select_related("customer")
    return {f"return:{case.pk}": case for case in cases}


def _read_exchanges(promises: list[Promise]) -> dict[str, str]:
    ids = _ids_of("exchange", [promise.about for promise in promises])
    numbers = Exchange.objects.filter(pk__in=ids).values_list("pk", "number")
    return {f"exchange:{pk}": number for pk, number in numbers}


def _ids_of(kind: str, references: list[str]) -> list[int]:
    pairs = (reference.partition(":") for reference in references)
    return [int(pk) for name, _, pk in pairs if name == kind and pk.isdigit()]
