"""Repairs in words, for one reader."""

from __future__ import annotations

from collections.abc import Iterable

from django.forms import BaseForm
from django.urls import reverse

from console.components import Action, Badge, Fact, GoodsLine, Tone
from console.links import case_url
from console.reader import Reader
from console.refusals import stamp
from console.repairs.page import RepairPage, RepairRow, StepForm
from console.repairs.steps import GIVING_UP, STEPS, Step
from console.rights import Rights
from exchanges.queries import list_states
from exchanges.rules import can_open_instead
from returns.models import Repair
from returns.queries import can_exchange_line
from returns.states import RepairState

S = RepairState
TONES: dict[str, Tone] = {
    S.ARRIVED: "info",
    S.AT_WORKSHOP: "info",
    S.ESTIMATED: "warn",
    S.AGREED: "info",
    S.REPAIRED: "good",
    S.DECLINED: "warn",
    S.SENT_BACK: "good",
    S.NOT_REPAIRABLE: "bad",
}
WAITS_FOR = {
    S.ARRIVED: "somebody to take it to the workshop",
    S.AT_WORKSHOP: "the estimate",
    S.ESTIMATED: "the customer to agree to the estimate",
    S.AGREED: "the workshop to finish",
    S.REPAIRED: "the parcel back",
    S.DECLINED: "the parcel back, as it is",
}


def draw_rows(repairs: Iterable[Repair], reader: Reader) -> list[RepairRow]:
    return [_row(repair, reader) for repair in repairs]


def draw_repair(
    repair: Repair, *, reader: Reader, rights: Rights, sent: dict[str, BaseForm] | None = None
) -> RepairPage:
    """`sent` are forms that came in and were not right, by step."""
    case, sold = repair.return_line.return_case, repair.return_line.order_line
    mine = [step for step in STEPS if step.permission in rights]
    return RepairPage(
        number=repair.number,
        case_number=case.number,
        case_url=case_url(case),
        badge=draw_badge(repair),
        waits_for=WAITS_FOR.get(S(repair.state), ""),
        goods=GoodsLine(
            title=sold.title,
            sku=sold.sku,
            category=sold.variant.product.category if sold.variant else "",
            detail=f"{repair.quantity} of {sold.quantity} · {repair.return_line.comment}".strip(
                " ·"
            ),
            amount="",
        ),
        facts=_list_facts(repair, reader),
        steps=[
            _step(repair, step, (sent or {}).get(step.code))
            for step in mine
            if step.may(repair.state)
        ],
        blocked=[_blocked(repair, step) for step in mine if not step.may(repair.state)]
        if repair.ended_at is None
        else [],
    )


def draw_badge(repair: Repair) -> Badge:
    return Badge(word=str(S(repair.state).label), tone=TONES[S(repair.state)])


def _row(repair: Repair, reader: Reader) -> RepairRow:
    case, sold = repair.return_line.return_case, repair.return_line.order_line
    return RepairRow(
        number=repair.number,
        url=reverse("console:repair", args=[repair.number]),
        title=sold.title,
        sku=sold.sku,
        case_number=case.number,
        case_url=case_url(case),
        badge=draw_badge(repair),
        waits_for=WAITS_FOR.get(S(repair.state), ""),
        workshop=repair.workshop or "–",
        estimate=_money(repair.estimate, repair, reader),
        age=reader.ago(repair.ended_at or repair.opened_at),
    )


def _money(amount: object, repair: Repair, reader: Reader) -> str:
    currency = repair.return_line.return_case.currency
    return "–" if amount is None else reader.money(amount, currency)  # type: ignore[arg-type]


def _list_facts(repair: Repair, reader: Reader) -> list[Fact]:
    agreed = {"customer": "by the customer", "policy": "by policy: it is free"}
    parcel = repair.shipment.tracking_number if repair.shipment else ""
    paid_by = "the customer" if repair.is_charged else "us, under warranty"
    facts = [
        Fact(term="At", value=repair.location.name),
        Fact(term="Paid by", value=paid_by),
        Fact(term="Workshop", value=repair.workshop),
        Fact(term="Found", value=repair.finding),
        Fact(term="Estimate", value=_money(repair.estimate, repair, reader)),
        Fact(term="Agreed", value=agreed.get(repair.accepted_by, "")),
        Fact(term="Cost", value=_money(repair.cost, repair, reader)),
        Fact(term="Parcel back", value=parcel, is_code=True),
        Fact(term="Since", value=reader.day(repair.opened_at)),
    ]
    return [fact for fact in facts if fact.value not in ("", "–")]


def _step(repair: Repair, step: Step, sent: BaseForm | None) -> StepForm:
    return StepForm(
        code=step.code,
        says=step.says,
        form=sent if sent is not None else form_of(step),
        action=Action(
            label=step.label,
            url=_address(repair, step),
            kind=step.kind,
            fields=stamp(version=repair.return_line.return_case.version),
        ),
        otherwise=_exchange_instead(repair) if step.code == GIVING_UP else None,
    )


def _exchange_instead(repair: Repair) -> Action | None:
    """The other way on from what cannot be mended; it begins on the case."""
    case = repair.return_line.return_case
    states = list_states(case.pk)
    if not can_open_instead(states, return_state=case.state):
        return None
    if not can_exchange_line(repair.return_line):
        return None
    return Action(
        label="Exchange it instead…",
        url=reverse("console:case_exchange_instead", args=[case.number]),
        method="get",
    )


def form_of(step: Step, data: object = None) -> BaseForm:
    """The step's form, with ids of its own."""
    form: BaseForm = step.form(data, auto_id=f"{step.code}-%s", use_required_attribute=False)  # type: ignore[arg-type]
    return form


def _blocked(repair: Repair, step: Step) -> Action:
    return Action(
        label=step.label,
        url=_address(repair, step),
        blocked_because=" ".join(step.may(repair.state).reasons),
    )


def _address(repair: Repair, step: Step) -> str:
    return reverse("console:repair_step", args=[repair.number, step.code])
