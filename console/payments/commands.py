"""What may be done on the money page of a case: one service call each, or the page with why not."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from console.case.record import CaseRecord, read_case
from console.payments.case import list_cards, show
from console.payments.forms import ChargeForm, Plain, ReduceForm, WayForm
from console.refusals import Stamp, refusal_banner
from console.rights import rights_of
from console.sending import sender_of
from core.errors import DomainError
from core.events import reference
from core.permissions import requires
from core.roles import Permission
from exchanges import services as exchanges
from payments import queries, services
from payments.models import CreditMemo, MoneyOperation, PaymentRequest
from payments.states import Way
from returns import services as returns

P = Permission


@require_POST
@requires(P.MOVE_MONEY)
def send_link(request: HttpRequest, number: str) -> HttpResponse:
    """Ask the customer by a link that ends with the hold."""

    def carry_out(record: CaseRecord, form: forms.Form, who: dict[str, Any]) -> str:
        exchanges.send_payment_link(exchange_id=_exchange_of(record), **who)
        return "The link is being made; the customer gets it by e-mail."

    return _carry_out(request, number, lambda record: Plain(request.POST), carry_out)


@require_POST
@requires(P.MOVE_MONEY)
def charge(request: HttpRequest, number: str) -> HttpResponse:
    """Charge a card on file, with the customer's consent."""

    def carry_out(record: CaseRecord, form: forms.Form, who: dict[str, Any]) -> str:
        card = form.cleaned_data["card"]
        exchanges.collect_due(exchange_id=_exchange_of(record), payment_method_id=card.pk, **who)
        return "The charge is on its way."

    return _carry_out(
        request,
        number,
        lambda record: ChargeForm(request.POST, cards=list_cards(record)),
        carry_out,
    )


@require_POST
@requires(P.MOVE_MONEY)
def refund(request: HttpRequest, number: str, memo: str) -> HttpResponse:
    """Pay a memo out to what the customer paid with."""

    def carry_out(record: CaseRecord, form: forms.Form, who: dict[str, Any]) -> str:
        returns.pay_out_memo(
            return_id=record.case.pk,
            memo_id=_memo_of(record, memo).pk,
            way=form.cleaned_data.get("way") or Way.SAME,
            **who,
        )
        return "The refund is planned. It can be undone until it leaves."

    return _carry_out(request, number, lambda record: _way_form(request, record, memo), carry_out)


@require_POST
@requires(P.MOVE_MONEY)
def ask_refund(request: HttpRequest, number: str, memo: str) -> HttpResponse:
    """Ask a second person for a refund above one's own limit."""

    def carry_out(record: CaseRecord, form: forms.Form, who: dict[str, Any]) -> str:
        returns.ask_for_refund(
            return_id=record.case.pk,
            memo_id=_memo_of(record, memo).pk,
            way=form.cleaned_data.get("way") or Way.SAME,
            **who,
        )
        return "A second person has been asked. Their yes sends the refund."

    return _carry_out(request, number, lambda record: _way_form(request, record, memo), carry_out)


def _way_form(request: HttpRequest, record: CaseRecord, memo: str) -> forms.Form:
    """How it goes is asked only of money that came back."""
    came_back = queries.has_come_back(_memo_of(record, memo))
    return WayForm(request.POST) if came_back else Plain(request.POST)


@require_POST
@requires(P.MOVE_MONEY)
def reduce(request: HttpRequest, number: str, memo: str) -> HttpResponse:
    """Pay out what the payments can bear, and no more."""

    def carry_out(record: CaseRecord, form: forms.Form, who: dict[str, Any]) -> str:
        returns.reduce_refund(
            return_id=record.case.pk,
            memo_id=_memo_of(record, memo).pk,
            reduced_to=_amount(request, "reduced_to"),
            reason=form.cleaned_data["reason"],
            **who,
        )
        return "The reduced refund is planned."

    return _carry_out(request, number, lambda record: ReduceForm(request.POST), carry_out)


@require_POST
@requires(P.MOVE_MONEY)
def ask_goodwill(request: HttpRequest, number: str, memo: str) -> HttpResponse:
    """Have a second person make the shortfall good by store credit."""

    def carry_out(record: CaseRecord, form: forms.Form, who: dict[str, Any]) -> str:
        returns.ask_goodwill(
            return_id=record.case.pk,
            memo_id=_memo_of(record, memo).pk,
            shortfall=_amount(request, "shortfall"),
            **who,
        )
        return "A lead has been asked. Nothing is paid before the answer."

    return _carry_out(request, number, lambda record: Plain(request.POST), carry_out)


@require_POST
@requires(P.MOVE_MONEY)
def undo(request: HttpRequest, number: str, operation: str) -> HttpResponse:
    """Call a refund off while it waits to leave."""
    record = read_case(number, rights_of(request))
    found = MoneyOperation.objects.filter(public_id=operation, case=reference(record.case)).first()
    if found is None:
        raise Http404(operation)
    try:
        services.undo_refund(operation_id=found.pk, **sender_of(request))
    except DomainError as error:
        return show(request, record, banner=refusal_banner(error), status=error.status)
    messages.success(request, "The refund is called off. The credit memo owes it again.")
    return redirect("console:pay", number=number)


@require_POST
@requires(P.MOVE_MONEY)
def withdraw(request: HttpRequest, number: str, link: str) -> HttpResponse:
    """Take a link back; what is paid all the same goes back by itself."""
    record = read_case(number, rights_of(request))
    found = PaymentRequest.objects.filter(public_id=link, case=reference(record.case)).first()
    if found is None:
        raise Http404(link)
    services.withdraw_request(request_id=found.pk, **sender_of(request))
    messages.success(request, "The link is withdrawn.")
    return redirect("console:pay", number=number)


def _carry_out(
    request: HttpRequest,
    number: str,
    read: Callable[[CaseRecord], forms.Form],
    carry_out: Callable[[CaseRecord, forms.Form, dict[str, Any]], str],
) -> HttpResponse:
    """One service call, or the page with why not and what was chosen."""
    record = read_case(number, rights_of(request))
    seen, form = Stamp(request.POST), read(record)
    if not seen.is_valid() or not form.is_valid():
        return show(request, record, typed=form, status=422)
    who = sender_of(request) | {"version": seen.cleaned_data["version"]}
    try:
        done = carry_out(record, form, who)
    except DomainError as error:
        current = read_case(number, rights_of(request))
        banner = refusal_banner(error)
        return show(request, current, typed=form, banner=banner, status=error.status)
    messages.success(request, done)
    return redirect("console:pay", number=number)


def _amount(request: HttpRequest, name: str) -> Decimal:
    """An amount that the page itself put into its form; anything else is a page of ours no more."""
    try:
        amount = Decimal(request.POST.get(name, ""))
    except ArithmeticError:
        raise Http404(name) from None
    if not amount.is_finite():
        raise Http404(name)
    return amount


def _exchange_of(record: CaseRecord) -> int:
    if record.column is None:
        raise Http404("no exchange")
    return record.column.exchange.pk


def _memo_of(record: CaseRecord, number: str) -> CreditMemo:
    for memo in record.issued:
        if memo.number == number:
            return memo
    raise Http404(number)
