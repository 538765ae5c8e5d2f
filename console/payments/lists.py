"""What customers owe, what two lists do not agree on, and the ledger for finance."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from approvals import services as approvals
from console.components import Action, Banner, EmptyState, Pager
from console.payments.drawing import draw_tabs, read_cases
from console.payments.forms import ExplainForm
from console.payments.page import (
    DifferenceRow,
    DifferencesPage,
    Question,
    ReceivableRow,
    ReceivablesPage,
)
from console.reader import Reader
from console.refusals import refusal_banner
from console.rights import Rights, rights_of
from console.sending import operation_of, sender_of
from core.errors import DomainError
from core.events import reference
from core.permissions import requires
from core.roles import Permission
from payments import queries, services
from payments.models import Difference, Obligation
from payments.rules.obligations import age_in_words
from payments.services.obligations import hash_of_write_off

P = Permission
MOST_ROWS = 100


@require_GET
@requires(P.SEE_MONEY)
def receivables(request: HttpRequest) -> HttpResponse:
    return _show_receivables(request)


def _show_receivables(
    request: HttpRequest, *, banner: Banner | None = None, status: int = 200
) -> HttpResponse:
    rights, reader = rights_of(request), Reader.of(request)
    rows = list(queries.list_receivables(rights.user)[:MOST_ROWS])
    cases = read_cases({one.case for one in rows}, rights)
    today = reader.now.date()
    drawn = []
    for one in rows:
        case = cases.get(one.case)
        drawn.append(
            ReceivableRow(
                amount=reader.money(one.amount, one.currency),
                customer=one.customer.name or "Unnamed customer",
                customer_url=reverse("console:customer", args=[one.customer.public_id]),
                case=case.number if case else "",
                case_url=reverse("console:pay", args=[case.number]) if case else "",
                due=reader.day(one.due_on),
                age=age_in_words(one.due_on, today),
                state="The card was declined" if one.payment_method_id else "No card on file",
                actions=_receivable_actions(one, rights, operation_of(request)),
            )
        )
    empty = EmptyState(
        title="Nobody owes us anything",
        words="Goods that never came and whose charge was declined are listed here. No card is "
        "tried a second time by itself.",
        icon="check",
    )
    page = ReceivablesPage(
        tabs=draw_tabs(rights, "receivables"), rows=drawn, empty=None if drawn else empty
    )
    context = {"receivables": page, "banner": banner}
    return render(request, "console/receivables.html", context, status=status)


def _receivable_actions(one: Obligation, rights: Rights, op_id: str) -> list[Action]:
    if P.MOVE_MONEY not in rights:
        return []
    fields = {"op_id": op_id}
    return [
        Action(
            label="Send a payment link",
            url=reverse("console:receivable_link", args=[one.public_id]),
            fields=fields,
            blocked_because="" if one.order_id else "There is no order to pay for.",
        ),
        Action(
            label="Ask to write off",
            url=reverse("console:receivable_write_off", args=[one.public_id]),
            fields=fields,
            kind="quiet",
        ),
    ]


@require_POST
@requires(P.MOVE_MONEY)
def receivable_link(request: HttpRequest, obligation: str) -> HttpResponse:
    """Ask the customer once more, by a link."""
    found = _find_receivable(request, obligation)
    try:
        services.send_receivable_link(obligation_id=found.pk, **sender_of(request))
    except DomainError as error:
        return _show_receivables(request, banner=refusal_banner(error), status=error.status)
    messages.success(request, "The link is being made; the customer gets it by e-mail.")
    return redirect("console:receivables")


@require_POST
@requires(P.MOVE_MONEY)
def receivable_write_off(request: HttpRequest, obligation: str) -> HttpResponse:
    """Ask a second person to give it up."""
    found = _find_receivable(request, obligation)
    try:
        approvals.ask(
            partner_id=found.partner_id,
            subject=reference(found),
            case=found.case,
            kind="write_off",
            content_hash=hash_of_write_off(found),
            summary="Write a receivable off",
            amount=found.amount,
            currency=found.currency,
            **sender_of(request),
        )
    except DomainError as error:
        return _show_receivables(request, banner=refusal_banner(error), status=error.status)
    messages.success(request, "A lead has been asked to write it off.")
    return redirect("console:receivables")


def _find_receivable(request: HttpRequest, public_id: str) -> Obligation:
    return get_object_or_404(queries.list_receivables(rights_of(request).user), public_id=public_id)


@require_GET
@requires(P.SEE_MONEY)
def differences(request: HttpRequest) -> HttpResponse:
    return _show_differences(request)


@require_POST
@requires(P.SETTLE_MONEY)
def explain(request: HttpRequest, difference: str) -> HttpResponse:
    """Say why the lists differ."""
    visible = Difference.objects.visible_to(rights_of(request).user, P.SETTLE_MONEY)
    found = get_object_or_404(visible, public_id=difference)
    form = ExplainForm(request.POST)
    if not form.is_valid():
        return _show_differences(request, typed={found.public_id: form}, status=422)
    try:
        services.explain_difference(
            difference_id=found.pk, because=form.cleaned_data["because"], **sender_of(request)
        )
    except DomainError as error:
        return _show_differences(request, banner=refusal_banner(error), status=error.status)
    messages.success(request, "The difference is explained.")
    return redirect("console:differences")


def _show_differences(
    request: HttpRequest,
    *,
    typed: dict[str, ExplainForm] | None = None,
    banner: Banner | None = None,
    status: int = 200,
) -> HttpResponse:
    rights, reader = rights_of(request), Reader.of(request)
    rows = list(queries.list_differences(rights.user)[:MOST_ROWS])
    may, op_id = P.SETTLE_MONEY in rights, operation_of(request)

    def say(amount: Decimal | None, currency: str) -> str:
        return "–" if amount is None else reader.money(amount, currency)

    drawn = [
        DifferenceRow(
            what=one.get_kind_display(),
            tone="bad" if one.kind != "theirs_missing_here" else "warn",
            movement="Charge" if one.movement == "capture" else "Refund",
            reference=one.provider_reference or one.key,
            ours=say(one.ours, one.currency),
            theirs=say(one.theirs, one.currency),
            when=reader.moment(one.moved_at),
            account=one.account.label,
            question=Question(
                label="Explained",
                says="",
                url=reverse("console:explain_difference", args=[one.public_id]),
                form=(typed or {}).get(one.public_id) or ExplainForm(auto_id=f"{one.public_id}-%s"),
                fields={"op_id": op_id},
            )
            if may
            else None,
        )
        for one in rows
    ]
    empty = EmptyState(
        title="Both lists agree",
        words="Once a day what the providers list is compared with our own books, both ways.",
        icon="check",
    )
    page = DifferencesPage(
        tabs=draw_tabs(rights, "differences"),
        rows=drawn,
        pager=Pager(shown=f"{len(drawn)} shown"),
        empty=None if drawn else empty,
        export_url=reverse("console:money_export") if P.SEE_AUDIT in rights else "",
    )
    context = {"differences": page, "banner": banner}
    return render(request, "console/differences.html", context, status=status)
