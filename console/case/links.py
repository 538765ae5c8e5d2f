"""Taking back the links by which the customer of a case comes to their pages."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from console.case.record import CaseRecord, read_case
from console.components import Action
from console.reader import Reader
from console.refusals import Once
from console.rights import Rights, rights_of
from core.actors import Actor
from core.events import reference
from core.permissions import requires
from core.roles import Permission
from orders.services import revoke_links


def list_closing(record: CaseRecord, rights: Rights) -> list[Action]:
    """The button, where links can be sent at all and this person may act on the case."""
    if Permission.OPEN_CASE not in rights or not settings.PUBLIC_ADDRESS:
        return []
    return [
        Action(
            label="Close the customer’s links",
            url=reverse("console:case_close_links", args=[record.case.number]),
            kind="quiet",
            fields={"op_id": str(uuid4())},
        )
    ]


@require_POST
@requires(Permission.OPEN_CASE)
def close_links(request: HttpRequest, number: str) -> HttpResponse:
    """Every link to the order of the case that was sent so far, and who is in by one."""
    record, form = read_case(number, rights_of(request)), Once(request.POST)
    if not form.is_valid():
        messages.error(request, "That form was not from this page. Nothing was changed.")
        return redirect("console:case", number=number)
    reader = Reader.of(request)
    revoke_links(
        order_id=record.order.pk,
        case=reference(record.case),
        actor=Actor.user(reader.user),
        op_id=form.cleaned_data["op_id"],
        now=reader.now,
    )
    messages.success(request, "No link that was sent so far opens the order any more.")
    return redirect("console:case", number=number)
