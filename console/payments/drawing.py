"""Operations, links and debts as rows of a page, in the reader's words."""

from __future__ import annotations

from django.urls import reverse

from console.components import Action, Badge, Fact, Tab, Tone
from console.payments.page import LinkRow, OperationRow
from console.reader import Reader
from console.rights import Rights
from core.roles import Permission
from payments.models import MoneyOperation, Obligation, PaymentRequest
from payments.queries import count_money
from payments.states import BY_HAND, STORE_CREDIT, OperationKind, OperationState, RequestState
from returns.models import Return

S = OperationState
TONES: dict[str, Tone] = {
    S.PLANNED: "info",
    S.SUBMITTED: "warn",
    S.SUCCEEDED: "good",
    S.DECLINED: "bad",
    S.UNKNOWN: "bad",
    S.FAILED: "plain",
    S.ABANDONED: "plain",
}
LINK_TONES: dict[str, Tone] = {
    RequestState.OPEN: "warn",
    RequestState.PAID: "good",
    RequestState.EXPIRED: "plain",
    RequestState.WITHDRAWN: "plain",
}
DECLINES = {
    "card_declined": "the card was declined",
    "insufficient_funds": "not enough on the card",
    "expired_card": "the card has expired",
    "unknown_card": "the card is not known",
    "amount_too_large": "the card does not pay such an amount",
    "authentication_required": "the bank wants the customer to confirm: send a link",
    "authentication_failed": "the customer did not confirm",
    "more_than_was_captured": "more than was taken",
    "account_closed": "the customer's account is closed",
    "by_hand": "settled by hand",
}
PROVIDERS = {BY_HAND: "By hand", STORE_CREDIT: "Store credit"}


def draw_operation(
    operation: MoneyOperation, reader: Reader, *, cases: dict[str, Return], **more: object
) -> OperationRow:
    case = cases.get(operation.case)
    return OperationRow(
        what=OperationKind(operation.kind).label,
        amount=reader.money(operation.amount, operation.currency),
        badge=_badge_of(operation),
        provider=PROVIDERS.get(operation.provider, operation.provider.capitalize()),
        reference=operation.provider_reference,
        when=reader.moment(operation.submitted_at or operation.planned_at),
        note=_note_of(operation, reader),
        case=case.number if case else "",
        case_url=reverse("console:pay", args=[case.number]) if case else "",
        **more,  # type: ignore[arg-type]
    )


def _badge_of(operation: MoneyOperation) -> Badge:
    if operation.reversed_at is not None:
        return Badge(word="Came back", tone="bad")
    if operation.provider == BY_HAND and operation.state == S.SUBMITTED:
        return Badge(word="To be paid by hand", tone="warn")
    state = OperationState(operation.state)
    return Badge(word=state.label, tone=TONES[state])


def _note_of(operation: MoneyOperation, reader: Reader) -> str:
    if operation.state == S.PLANNED and operation.not_before:
        return f"leaves at {reader.hour(operation.not_before)}"
    if operation.state == S.UNKNOWN:
        return (
            "nobody knows, and the provider cannot say: a person has to find out"
            if operation.needs_person_at
            else "the provider is being asked"
        )
    if operation.decline_code:
        return DECLINES.get(operation.decline_code, operation.decline_code.replace("_", " "))
    if operation.reason == "paid_late":
        return "it came after the link had ended"
    return operation.tender.label if operation.tender else ""


def draw_link(request: PaymentRequest, reader: Reader, *, action: Action | None) -> LinkRow:
    state = RequestState(request.state)
    is_open = state == RequestState.OPEN
    word = "Open" if is_open and request.url else "Being made" if is_open else state.label
    return LinkRow(
        amount=reader.money(request.amount, request.currency),
        badge=Badge(word=word, tone=LINK_TONES[state]),
        until=reader.moment(request.expires_at),
        url=request.url if is_open else "",
        action=action if is_open else None,
    )


def draw_debt(obligation: Obligation, reader: Reader) -> Fact:
    what = "Goods" if obligation.kind == "goods" else "Money"
    whom = "the customer" if obligation.owed_by == "customer" else "the shop"
    amount = reader.money(obligation.amount, obligation.currency)
    return Fact(
        term=f"{what} from {whom}",
        value=f"{amount} by {reader.day(obligation.due_on)}: {obligation.get_state_display()}",
    )


def draw_tabs(rights: Rights, current: str) -> list[Tab]:
    """The lists of money that wait for people."""
    counts = count_money(rights.user)
    labels = {
        "unknown_money": "Unknown money",
        "pay_out": "Pay out",
        "disputes": "Disputes",
        "receivables": "Receivables",
        "differences": "Differences",
    }
    return [
        Tab(
            label=label,
            url=reverse(f"console:{'pay_outs' if view == 'pay_out' else view}"),
            count=counts[view],
            is_current=view == current,
        )
        for view, label in labels.items()
    ]


def read_cases(references: set[str], rights: Rights) -> dict[str, Return]:
    """``return:12`` → the case, for those that this person may see."""
    ids = [int(one.removeprefix("return:")) for one in references if one.startswith("return:")]
    seen = Return.objects.visible_to(rights.user, Permission.SEE_CASES).filter(pk__in=ids)
    return {f"return:{case.pk}": case for case in seen.only("pk", "number")}
