"""Addresses that are not written to, and why; a person may answer for writing there again."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from console.components import Action, Badge, Banner, EmptyState
from console.messages.tabs import draw_tabs
from console.reader import Reader
from console.refusals import Once, refusal_banner
from console.rights import Rights, rights_of
from core.actors import Actor
from core.errors import BadInput, DomainError
from core.permissions import requires
from core.roles import Permission
from notifications import services
from notifications.models import Suppression
from notifications.queries import list_suppressions
from notifications.states import Medium
from orders.models import Customer

MOST_ROWS = 200


class LiftForm(Once):
    """Why it may be written to again, for the record."""

    because = forms.CharField(
        label="Why may it be written to again?",
        max_length=200,
        required=False,  # the command says it better
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionRow:
    """`who` is the person, for the address itself is not kept."""

    who: str
    who_url: str
    medium: str
    reason: str
    covers: Badge
    since: str
    message_url: str
    lift: Action | None


@require_GET
@requires(Permission.SEE_MESSAGES)
def suppressed(request: HttpRequest) -> HttpResponse:
    """The live ones; an address can be looked for, which leaves no trace of it here."""
    rights, reader = rights_of(request), Reader.of(request)
    words = request.GET.get("address", "").strip()
    found = list(list_suppressions(user=rights.user, address=words)[:MOST_ROWS])
    context = {
        "tabs": draw_tabs("suppressed"),
        "words": words,
        "rows": _draw_rows(found, rights, reader),
        "empty": None if found else _empty(words),
    }
    return render(request, "console/suppressed.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.RUN_MACHINERY)
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks why on GET, lifts it on POST."""
    rights, reader = rights_of(request), Reader.of(request)
    visible = Suppression.objects.visible_to(rights.user, Permission.RUN_MACHINERY)
    shown = get_object_or_404(visible.filter(ended_at__isnull=True), pk=pk)
    form = LiftForm(request.POST or None, initial={"op_id": uuid4()})
    if request.method == "GET":
        return _ask(request, shown, LiftForm(initial={"op_id": uuid4()}))
    if not form.is_valid():
        return _ask(request, shown, form, status=422)
    try:
        services.lift_suppression(
            suppression_id=shown.pk,
            because=form.cleaned_data["because"],
            actor=Actor.user(reader.user),
            op_id=form.cleaned_data["op_id"],
            now=reader.now,
        )
    except BadInput as error:
        form.add_error("because", error.message)
        return _ask(request, shown, form, status=422)
    except DomainError as error:
        return _ask(request, shown, form, banner=refusal_banner(error), status=error.status)
    messages.success(request, "It is written to again.")
    return redirect("console:suppressed")


def _ask(
    request: HttpRequest,
    shown: Suppression,
    form: forms.Form,
    *,
    banner: Banner | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = _draw_rows([shown], rights_of(request), Reader.of(request))
    context = {"row": rows[0], "form": form, "banner": banner, "warning": _warn(shown)}
    return render(request, "console/lift_suppression.html", context, status=status)


def _warn(shown: Suppression) -> str:
    if shown.reason == "stopped":
        return "They said STOP. Texting them again without their word may be against the law."
    return "If it bounces or is complained of again, it is suppressed again by itself."


def _draw_rows(found: list[Suppression], rights: Rights, reader: Reader) -> list[SuppressionRow]:
    ids = [int(each.person.partition(":")[2]) for each in found if _is_customer(each)]
    seen = Customer.objects.visible_to(rights.user, Permission.SEE_ORDERS).filter(pk__in=ids)
    customers = {f"customer:{each.pk}": each for each in seen}
    return [_draw(each, customers.get(each.person), rights, reader) for each in found]


def _is_customer(each: Suppression) -> bool:
    return each.person.startswith("customer:")


def _draw(
    each: Suppression, customer: Customer | None, rights: Rights, reader: Reader
) -> SuppressionRow:
    may_lift = Permission.RUN_MACHINERY in rights
    return SuppressionRow(
        who=str(customer) if customer else f"Somebody, {each.address_hash[:8]}",
        who_url=reverse("console:customer", args=[customer.public_id]) if customer else "",
        medium=str(Medium(each.medium).label),
        reason=each.get_reason_display(),
        covers=Badge(word="Everything", tone="bad")
        if each.covers_all
        else Badge(word="Optional ones", tone="warn"),
        since=reader.moment(each.since),
        message_url=reverse("console:message", args=[each.message.public_id])
        if each.message
        else "",
        lift=Action(
            label="Write there again",
            url=reverse("console:lift_suppression", args=[each.pk]),
            method="get",
            kind="quiet",
        )
        if may_lift
        else None,
    )


def _empty(words: str) -> EmptyState:
    return EmptyState(
        title="This address may be written to" if words else "Everybody may be written to",
        words="An address comes here when a message bounces for good or is complained of, when"
        " somebody answers STOP or unsubscribes. It is kept as a code that cannot be read back.",
        icon="mail",
    )
