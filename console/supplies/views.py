"""What is on its way to our shelves, who waits for it, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from console.components import Action, EmptyState
from console.reader import Reader
from console.refusals import Once, shows_refusals
from console.rights import rights_of
from console.supplies.forms import CameForm, DayForm, NewSupplyForm
from core.actors import Actor
from core.errors import BadInput
from core.permissions import requires
from core.roles import Permission
from inventory import services
from inventory.models import Supply
from inventory.queries import list_waiting
from inventory.states import SupplyState

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyRow:
    number: str
    sku: str
    sku_url: str
    title: str
    place: str
    units: str
    day: str
    source: str
    is_late: bool
    waiting: int
    forms: dict[str, forms.Form]
    actions: dict[str, Action]


@require_GET
@requires(Permission.SEE_STOCK)
def supplies(request: HttpRequest) -> HttpResponse:
    return _show(request, _new_form(request))


@require_POST
@requires(Permission.ADJUST_STOCK)
def new_supply(request: HttpRequest) -> HttpResponseBase:
    form, once = _new_form(request, request.POST), Once(request.POST)
    if not once.is_valid() or not form.is_valid():
        return _show(request, form, status=422)
    try:
        services.expect_supply(**form.cleaned_data, **_who(request, once))
    except BadInput as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return _show(request, form, status=error.status)
    messages.success(request, "It is noted. Replacements may be back-ordered for it.")
    return redirect("console:supplies")


@require_POST
@requires(Permission.ADJUST_STOCK)
@shows_refusals
def move(request: HttpRequest, public_id: str) -> HttpResponseBase:
    return _change(request, public_id, DayForm, services.move_supply, "It comes on another day.")


@require_POST
@requires(Permission.ADJUST_STOCK)
@shows_refusals
def take_in(request: HttpRequest, public_id: str) -> HttpResponseBase:
    return _change(
        request, public_id, CameForm, services.take_in_supply, "It is on sale, oldest cases first."
    )


@require_POST
@requires(Permission.ADJUST_STOCK)
@shows_refusals
def cancel(request: HttpRequest, public_id: str) -> HttpResponseBase:
    return _change(request, public_id, forms.Form, services.cancel_supply, "It is called off.")


def _change(
    request: HttpRequest,
    public_id: str,
    form_type: type[forms.Form],
    command: Callable[..., Any],
    done: str,
) -> HttpResponseBase:
    mine = Supply.objects.visible_to(rights_of(request).user, Permission.ADJUST_STOCK)
    supply = get_object_or_404(mine, public_id=public_id)
    form, once = form_type(request.POST), Once(request.POST)
    if not once.is_valid():
        raise BadInput("That form was not from this page.", field="op_id")
    if not form.is_valid():
        words = " ".join(str(error) for errors in form.errors.values() for error in errors)
        raise BadInput(words, field=next(iter(form.errors)))
    command(supply_id=supply.pk, **form.cleaned_data, **_who(request, once))
    messages.success(request, done)
    return redirect("console:supplies")


def _who(request: HttpRequest, once: Once) -> dict[str, Any]:
    reader = Reader.of(request)
    return {
        "actor": Actor.user(reader.user),
        "op_id": once.cleaned_data["op_id"],
        "now": reader.now,
    }


def _new_form(request: HttpRequest, data: Any = None) -> NewSupplyForm:
    form = NewSupplyForm(data, auto_id="new-%s", use_required_attribute=False)
    form.fit(rights_of(request).user)
    return form


def _show(request: HttpRequest, form: NewSupplyForm, *, status: int = 200) -> HttpResponse:
    reader, rights = Reader.of(request), rights_of(request)
    may_change = Permission.ADJUST_STOCK in rights
    mine = Supply.objects.visible_to(rights.user, Permission.SEE_STOCK)
    rows = mine.filter(state=SupplyState.EXPECTED).select_related("variant__product", "location")
    context = {
        "rows": [
            _draw(each, reader, may_change=may_change)
            for each in rows.order_by("expected_on", "pk")[:MOST_SHOWN]
        ],
        "form": form if may_change else None,
        "new_action": Action(
            label="Note it",
            url=reverse("console:new_supply"),
            kind="primary",
            fields=_once(),
        ),
        "empty": EmptyState(
            title="Nothing is expected",
            words="Deliveries noted here can be promised to customers before they come.",
        ),
    }
    return render(request, "console/supplies.html", context, status=status)


def _draw(supply: Supply, reader: Reader, *, may_change: bool) -> SupplyRow:
    name = supply.public_id

    def action(view: str, label: str, kind: Any = "secondary") -> Action:
        address = reverse(f"console:{view}", args=[name])
        return Action(label=label, url=address, kind=kind, fields=_once())

    return SupplyRow(
        number=name,
        sku=supply.variant.sku,
        sku_url=reverse("console:sku", args=[supply.variant.sku]),
        title=supply.variant.full_title,
        place=supply.location.name,
        units=str(supply.left) if not supply.arrived else f"{supply.left} of {supply.quantity}",
        day=reader.weekday(supply.expected_on),
        source=supply.source,
        is_late=supply.expected_on < reader.now.date(),
        waiting=sum(line.quantity for line in list_waiting(supply.variant_id)),
        forms={
            "move": DayForm(initial={"expected_on": supply.expected_on}, auto_id=f"{name}-%s"),
            "came": CameForm(initial={"quantity": supply.left}, auto_id=f"{name}-%s"),
        }
        if may_change
        else {},
        actions={
            "move": action("move_supply", "Put off"),
            "came": action("take_in_supply", "Take in", "primary"),
            "cancel": action("cancel_supply", "Call off", "danger"),
        }
        if may_change
        else {},
    )


def _once() -> dict[str, str]:
    return {"op_id": str(uuid4())}
