"""The page of a case's money: what is due, what was tried, what is owed back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from console.case.record import CaseRecord, read_case
from console.components import Action, Banner, Sum
from console.payments.drawing import draw_debt, draw_link, draw_operation
from console.payments.forms import ChargeForm, Plain, ReduceForm, WayForm
from console.payments.page import Owed, PayPage, Question
from console.reader import Reader
from console.refusals import stamp
from console.rights import rights_of
from console.sending import operation_of
from core.actors import Actor
from core.events import reference
from core.permissions import requires
from core.roles import Permission
from exchanges.rules import ACCEPTED
from orders.models import PaymentMethod
from payments import queries
from payments.models import CreditMemo, MoneyOperation, PaymentRequest
from payments.services.refunds import plan_for
from payments.states import OperationKind, OperationState
from returns.queries import find_refund_limits
from returns.services.paying_out import RISK_HELD

P = Permission


@require_GET
@requires(P.SEE_MONEY)
def pay(request: HttpRequest, number: str) -> HttpResponse:
    return show(request, read_case(number, rights_of(request)))


def show(
    request: HttpRequest,
    record: CaseRecord,
    *,
    typed: forms.Form | None = None,
    banner: Banner | None = None,
    status: int = 200,
) -> HttpResponse:
    page = draw_page(request, record, typed=typed, banner=banner)
    return render(request, "console/pay.html", {"pay": page}, status=status)


def draw_page(
    request: HttpRequest, record: CaseRecord, *, typed: forms.Form | None, banner: Banner | None
) -> PayPage:
    reader, case = Reader.of(request), record.case
    may_move = P.MOVE_MONEY in rights_of(request)
    op_id = operation_of(request)
    balance = queries.get_balance(customer_id=case.customer_id, currency=case.currency)
    operations = list(queries.list_operations(reference(case)))
    return PayPage(
        number=case.number,
        url=reverse("console:case", args=[case.number]),
        customer=case.customer.name,
        sums=_sums(record, reader),
        credit=reader.money(balance, case.currency) if balance else "",
        questions=_questions(record, typed, op_id) if may_move else [],
        owed=[
            _owed(record, memo, reader, typed, op_id if may_move else "")
            for memo in record.issued
            if memo.unspent
        ],
        links=[
            draw_link(one, reader, action=_withdrawal(record, one, op_id) if may_move else None)
            for one in queries.list_requests(reference(case))
        ],
        operations=[
            draw_operation(
                one, reader, cases={}, action=_undoing(record, one, op_id) if may_move else None
            )
            for one in reversed(operations)
        ],
        debts=[draw_debt(one, reader) for one in queries.list_obligations(reference(case))],
        banner=banner or _warning(operations),
    )


def _warning(operations: list[MoneyOperation]) -> Banner | None:
    if any(one.state == OperationState.UNKNOWN for one in operations):
        return Banner(
            words="It is not known whether money moved. Nothing more is tried, and nothing leaves, "
            "until it is (MONEY_UNKNOWN).",
            tone="bad",
            action=Action(
                label="Unknown money", url=reverse("console:unknown_money"), method="get"
            ),
        )
    return None


def _sums(record: CaseRecord, reader: Reader) -> list[Sum]:
    quote = record.column.quote if record.column else None
    if record.column is None or quote is None:
        return []
    facts = queries.get_money(reference(record.column.exchange))
    currency = quote.currency

    def say(amount: Decimal) -> str:
        return reader.money(amount, currency)

    sums = [
        Sum(term="New goods and shipping", amount=say(quote.outbound_value + quote.shipping)),
        Sum(term="Credit for what comes back", amount=say(-quote.returned_value)),
        Sum(term="Due", amount=say(quote.due), is_total=True),
        Sum(term="Taken", amount=say(facts.captured)),
    ]
    if facts.refunded:
        sums.append(Sum(term="Given back", amount=say(-facts.refunded)))
    if facts.authorised:
        sums.append(Sum(term="Held on the card", amount=say(facts.authorised)))
    if netted := record.column.facts.netted:
        sums.append(Sum(term="Kept of what the case refunds", amount=say(netted)))
    left = quote.due - facts.kept - netted
    term = "Left to pay" if left > 0 else "To be refunded" if left < 0 else "Left"
    return [*sums, Sum(term=term, amount=say(abs(left)), is_total=True)]


def _questions(record: CaseRecord, typed: forms.Form | None, op_id: str) -> list[Question]:
    """The two ways to be paid, with what stands against them now."""
    if record.column is None or record.column.quote is None:
        return []
    facts = queries.get_money(reference(record.column.exchange))
    if record.column.quote.due - facts.kept - record.column.facts.netted <= 0:
        return []
    blocked = _blocked(record, unknown=facts.unknown)
    fields = _stamp(record, op_id)
    cards = list_cards(record)
    number = record.case.number
    return [
        Question(
            label="Send a payment link",
            says="The customer gets an e-mail with a link to the provider's page. It ends with "
            "the hold; what is paid later goes back by itself.",
            url=reverse("console:pay_link", args=[number]),
            form=Plain(),
            fields=fields,
            kind="primary",
            blocked_because=blocked,
        ),
        Question(
            label="Charge the card",
            says="The goods stay held while the provider is asked.",
            url=reverse("console:pay_charge", args=[number]),
            form=typed if isinstance(typed, ChargeForm) else ChargeForm(cards=cards),
            fields=fields,
            blocked_because=blocked or ("" if cards else "The customer has no card on file."),
        ),
    ]


def _blocked(record: CaseRecord, *, unknown: bool) -> str:
    assert record.column is not None
    if unknown:
        return "It is not known whether money moved: see Unknown money."
    if record.column.exchange.state not in ACCEPTED:
        return "The quote is not confirmed yet."
    if not record.column.facts.holds.covers_all:
        return "The hold has ended: hold the stock again first."
    return ""


def _owed(
    record: CaseRecord, memo: CreditMemo, reader: Reader, typed: forms.Form | None, op_id: str
) -> Owed:
    pending = queries.sum_pending_refunds(reference(memo))
    left = memo.unspent - memo.kept_back - pending
    plan = plan_for(memo, left) if left > 0 else None
    sums = [Sum(term="Credit memo", amount=reader.money(memo.gross, memo.currency))]
    for term, amount in (
        ("Applied to the replacement", memo.applied),
        ("Paid out", memo.paid_out),
        ("On its way", pending),
        ("Kept for the replacement", memo.kept_back),
    ):
        if amount:
            sums.append(Sum(term=term, amount=reader.money(-amount, memo.currency)))
    sums.append(Sum(term="Owed", amount=reader.money(left, memo.currency), is_total=True))
    return Owed(
        title=f"Credit memo {memo.number}",
        sums=sums,
        parts=[
            Sum(term=part.label, amount=reader.money(part.amount, memo.currency))
            for part in reversed(plan.parts if plan else ())
        ],
        shortfall=reader.money(plan.shortfall, memo.currency) if plan and plan.shortfall else "",
        questions=_choices(record, memo, plan, reader, typed, op_id) if plan and op_id else [],
    )


def _choices(
    record: CaseRecord,
    memo: CreditMemo,
    plan: Any,
    reader: Reader,
    typed: forms.Form | None,
    op_id: str,
) -> list[Question]:
    def address(view: str) -> str:
        return reverse(f"console:{view}", args=[record.case.number, memo.number])

    fields = _stamp(record, op_id)
    held = RISK_HELD if record.is_risk_held else ""
    if not plan.shortfall:
        return [_refund(record, memo, plan.wanted, reader, typed, fields, held)]
    shown = reader.money(plan.refundable, memo.currency)
    rest = reader.money(plan.shortfall, memo.currency)
    return [
        Question(
            label=f"Reduce to {shown}",
            says=f"{shown} goes back; the other {rest} is not paid.",
            url=address("pay_reduce"),
            form=typed if isinstance(typed, ReduceForm) else ReduceForm(),
            fields=fields | {"reduced_to": str(plan.refundable)},
            blocked_because=held
            or ("" if plan.refundable else "No payment can give anything back."),
        ),
        Question(
            label=f"Ask for {rest} store credit",
            says=f"{shown} goes back, and {rest} is given as goodwill beyond what was paid, once "
            "another person approves.",
            url=address("pay_goodwill"),
            form=Plain(),
            fields=fields | {"shortfall": str(plan.shortfall)},
            blocked_because=held,
        ),
    ]


def _refund(
    record: CaseRecord,
    memo: CreditMemo,
    wanted: Decimal,
    reader: Reader,
    typed: forms.Form | None,
    fields: dict[str, str],
    held: str,
) -> Question:
    """Send it, or ask for it where it is above what this person may send alone.

    Of money that came back the person says how it is to go this time.
    """
    amount = reader.money(wanted, memo.currency)
    form: forms.Form = Plain()
    says = "It waits a few minutes before it leaves, and can be undone until then."
    if queries.has_come_back(memo):
        form = typed if isinstance(typed, WayForm) else WayForm()
        says = "A refund of it came back. Agree with the customer how it is to go this time."
    verdict = queries.judge_refund(
        amount=wanted,
        currency=memo.currency,
        actor=Actor.user(reader.user),
        limits=find_refund_limits(record.case),
    )
    view, label = (
        ("pay_refund", f"Refund {amount}") if verdict else ("pay_ask", f"Ask for {amount}")
    )
    return Question(
        label=label,
        says=says if verdict else f"{' '.join(verdict.reasons)} Their yes sends it. {says}",
        url=reverse(f"console:{view}", args=[record.case.number, memo.number]),
        form=form,
        fields=fields,
        kind="primary",
        blocked_because=held,
    )


def _undoing(record: CaseRecord, operation: MoneyOperation, op_id: str) -> Action | None:
    waits = operation.state == OperationState.PLANNED and operation.kind == OperationKind.REFUND
    if not waits:
        return None
    return Action(
        label="Undo",
        url=reverse("console:pay_undo", args=[record.case.number, operation.public_id]),
        fields={"op_id": op_id},
    )


def _withdrawal(record: CaseRecord, link: PaymentRequest, op_id: str) -> Action:
    return Action(
        label="Withdraw",
        url=reverse("console:pay_withdraw", args=[record.case.number, link.public_id]),
        fields={"op_id": op_id},
        kind="quiet",
    )


def _stamp(record: CaseRecord, op_id: str) -> dict[str, str]:
    return stamp(version=record.case.version, seen=record.seen) | {"op_id": op_id}


def list_cards(record: CaseRecord) -> list[PaymentMethod]:
    cards = PaymentMethod.objects.filter(customer=record.case.customer_id)
    return list(cards.order_by("-consented_at", "-pk"))
