"""Money nobody knows about, or that people have to pay out: the list, and one to be settled."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from approvals import services as approvals
from console.components import Action, Banner, EmptyState, Fact
from console.payments.drawing import draw_operation, draw_tabs, read_cases
from console.payments.forms import ProofForm
from console.payments.limits import find_limits
from console.payments.page import (
    ProofPage,
    Question,
    QueueSection,
    UnknownPage,
)
from console.reader import Reader
from console.refusals import refusal_banner, shows_refusals
from console.rights import rights_of
from console.sending import operation_of, sender_of
from core.errors import DomainError
from core.events import reference
from core.permissions import requires
from core.roles import Permission
from payments import queries, services
from payments.models import MoneyOperation
from payments.services.unknown import hash_of_proof, is_for_people
from payments.states import BY_HAND

P = Permission
MOST_ROWS = 100


@require_GET
@requires(P.SEE_MONEY)
def unknown(request: HttpRequest) -> HttpResponse:
    """Operations whose outcome nobody knows."""
    found = list(queries.list_unknown(rights_of(request).user)[:MOST_ROWS])
    says = "Nobody knows whether it happened. The case stands still."
    page = _draw_queue(request, "unknown_money", [("Unknown", says, found)], NOTHING_UNKNOWN)
    return render(request, "console/unknown_money.html", {"unknown": page})


@require_GET
@requires(P.SEE_MONEY)
def pay_outs(request: HttpRequest) -> HttpResponse:
    """Money that people send: no provider of ours can, or it came back."""
    user = rights_of(request).user
    sections = [
        (
            "Came back",
            "The customer's bank returned it, so it is owed again. Of a credit memo choose "
            "another way on the case's page; any other is paid by hand from here.",
            list(queries.list_came_back(user)[:MOST_ROWS]),
        ),
        (
            "To be paid by hand",
            "No provider of ours holds the payment: pay it out where it was taken, then mark it "
            "paid with its reference. Above your limit a second person has to agree.",
            list(queries.list_by_hand(user)[:MOST_ROWS]),
        ),
    ]
    page = _draw_queue(request, "pay_out", sections, NOTHING_TO_PAY)
    return render(request, "console/pay_outs.html", {"queue": page})


NOTHING_UNKNOWN = EmptyState(
    title="All money is accounted for",
    words="A charge or a refund whose answer was lost waits here until the provider or a "
    "person says what became of it.",
    icon="check",
)
NOTHING_TO_PAY = EmptyState(
    title="Nothing is to be paid by hand",
    words="Refunds of orders that were paid elsewhere wait here, and refunds that came back.",
    icon="check",
)


def _draw_queue(
    request: HttpRequest,
    current: str,
    found: Sequence[tuple[str, str, list[MoneyOperation]]],
    empty: EmptyState,
) -> UnknownPage:
    rights, reader = rights_of(request), Reader.of(request)
    cases = read_cases({one.case for _, _, rows in found for one in rows}, rights)
    sections = [
        QueueSection(
            title=title,
            says=says,
            rows=[
                draw_operation(
                    one,
                    reader,
                    cases=cases,
                    url=reverse("console:prove", args=[one.public_id])
                    if is_for_people(one)
                    else "",
                    action=_by_hand(one) if P.MOVE_MONEY in rights else None,
                )
                for one in rows
            ],
        )
        for title, says, rows in found
        if rows
    ]
    return UnknownPage(
        tabs=draw_tabs(rights, current), sections=sections, empty=None if sections else empty
    )


def _by_hand(operation: MoneyOperation) -> Action | None:
    """That of a memo is sent from its case; whatever else came back people pay out."""
    if operation.reversed_at is None or not queries.is_owed_again(operation):
        return None
    return Action(
        label="Pay it by hand",
        url=reverse("console:pay_by_hand", args=[operation.public_id]),
        fields={"op_id": str(uuid4())},
    )


@require_POST
@requires(P.MOVE_MONEY)
@shows_refusals
def pay_by_hand(request: HttpRequest, operation: str) -> HttpResponseBase:
    """Put a refund that came back on the list of what people pay out."""
    visible = MoneyOperation.objects.visible_to(rights_of(request).user, P.MOVE_MONEY)
    found = get_object_or_404(visible, public_id=operation)
    limits = find_limits(found.case)
    services.send_by_hand(operation_id=found.pk, limits=limits, **sender_of(request))
    messages.success(request, "It is on the list of what is paid by hand.")
    return redirect("console:pay_outs")


@require_http_methods(["GET", "POST"])
@requires(P.SEE_MONEY)
def prove(request: HttpRequest, operation: str) -> HttpResponse:
    """One operation, and the two answers that end it."""
    rights = rights_of(request)
    visible = MoneyOperation.objects.visible_to(rights.user, P.SEE_MONEY)
    found = get_object_or_404(visible.select_related("tender"), public_id=operation)
    if request.method == "GET" or P.MOVE_MONEY not in rights:
        return _show_proof(request, found, ProofForm())
    form = ProofForm(request.POST)
    if not form.is_valid():
        return _show_proof(request, found, form, status=422)
    data = form.cleaned_data
    said = {
        "happened": data["answer"] == "yes",
        "provider_reference": data["provider_reference"].strip(),
    }
    try:
        services.prove(
            operation_id=found.pk,
            note=data["note"],
            limits=find_limits(found.case),
            **said,
            **sender_of(request),
        )
    except DomainError as error:
        if request.POST.get("second") and error.code == "action_blocked":
            return _ask_second(request, found, form, **said)
        return _show_proof(request, found, form, banner=refusal_banner(error), status=error.status)
    messages.success(request, "It is settled, with your name and your proof.")
    return redirect("console:pay_outs" if found.provider == BY_HAND else "console:unknown_money")


def _ask_second(
    request: HttpRequest,
    found: MoneyOperation,
    form: ProofForm,
    *,
    happened: bool,
    provider_reference: str,
) -> HttpResponse:
    try:
        approvals.ask(
            partner_id=found.partner_id,
            subject=reference(found),
            case=found.case,
            kind="money_proof",
            content_hash=hash_of_proof(
                found, happened=happened, provider_reference=provider_reference
            ),
            summary="It happened" if happened else "It did not happen",
            amount=found.amount,
            currency=found.currency,
            **sender_of(request),
        )
    except DomainError as error:
        return _show_proof(request, found, form, banner=refusal_banner(error), status=error.status)
    messages.success(request, "A second person has been asked. Send the same when they agree.")
    return redirect("console:prove", operation=found.public_id)


@require_POST
@requires(P.MOVE_MONEY)
def ask_again(request: HttpRequest, operation: str) -> HttpResponse:
    """Have the provider asked now."""
    visible = MoneyOperation.objects.visible_to(rights_of(request).user, P.MOVE_MONEY)
    found = get_object_or_404(visible, public_id=operation)
    try:
        services.ask_again(operation_id=found.pk, **sender_of(request))
    except DomainError as error:
        return _show_proof(
            request, found, ProofForm(), banner=refusal_banner(error), status=error.status
        )
    messages.success(request, "The provider is being asked.")
    return redirect("console:prove", operation=found.public_id)


def _show_proof(
    request: HttpRequest,
    found: MoneyOperation,
    form: ProofForm,
    *,
    banner: Banner | None = None,
    status: int = 200,
) -> HttpResponse:
    rights, reader = rights_of(request), Reader.of(request)
    cases = read_cases({found.case}, rights)
    may = P.MOVE_MONEY in rights and is_for_people(found)
    op_id = operation_of(request)
    by_hand = found.provider == BY_HAND
    page = ProofPage(
        title="Pay out by hand" if by_hand else "Unknown money",
        back=reverse("console:pay_outs" if by_hand else "console:unknown_money"),
        row=draw_operation(found, reader, cases=cases),
        facts=[
            Fact(term="Our reference", value=found.public_id, is_code=True),
            Fact(term="Key", value=str(found.idempotency_key), is_code=True),
            Fact(term="First asked", value=reader.moment(found.submitted_at or found.planned_at)),
            Fact(term="Tries", value=str(found.attempts)),
            Fact(term="Last answer", value=found.last_error or "none"),
        ],
        ask=Action(
            label="Ask the provider now",
            url=reverse("console:ask_provider", args=[found.public_id]),
            fields={"op_id": op_id},
        )
        if may and found.account_id
        else None,
        question=Question(
            label="Mark as paid" if found.provider == BY_HAND else "Settle it",
            says="Your name, the reference and your words are kept. Above your limit a second "
            "person has to agree first.",
            url=reverse("console:prove", args=[found.public_id]),
            form=form,
            fields={"op_id": op_id},
            kind="danger",
        )
        if may
        else None,
        banner=banner,
    )
    return render(request, "console/prove.html", {"proof": page}, status=status)
