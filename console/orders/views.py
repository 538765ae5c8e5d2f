"""One order: its frozen money, how it was shared, its parcels, payments and cases."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from console.orders.drawing import draw_order
from console.reader import Reader
from console.rights import Rights, rights_of
from core.permissions import requires
from core.roles import Permission
from intake.models import ChannelDocument
from orders.models import Order
from returns.models import Return

DOCUMENTS_SHOWN = 10


@requires(Permission.SEE_ORDERS)
def order(request: HttpRequest, public_id: str) -> HttpResponse:
    rights = rights_of(request)
    shown = _get_order(public_id, rights)
    page = draw_order(
        shown,
        cases=_list_cases(shown, rights),
        documents=_list_documents(shown, rights),
        reader=Reader.of(request),
        rights=rights,
    )
    return render(request, "console/order.html", {"order": page})


def _get_order(public_id: str, rights: Rights) -> Order:
    orders = Order.objects.visible_to(rights.user, Permission.SEE_ORDERS)
    try:
        found: Order = (
            orders.select_related("channel", "customer", "ship_to")
            .prefetch_related(
                "lines__variant__product",
                "lines__taxes",
                "tenders__source__order",
                "shipments__location",
            )
            .get(public_id=public_id)
        )
    except Order.DoesNotExist as error:
        raise Http404(public_id) from error
    return found


def _list_cases(shown: Order, rights: Rights) -> list[Return]:
    cases = Return.objects.visible_to(rights.user, Permission.SEE_CASES)
    return list(
        cases.filter(lines__order_line__order=shown)
        .distinct()
        .prefetch_related("lines__order_line", "exchanges")
        .order_by("-opened_at")
    )


def _list_documents(shown: Order, rights: Rights) -> list[ChannelDocument]:
    """What the channel sent about it, for those who may read it in the admin."""
    if Permission.SEE_INTAKE not in rights or not rights.user.is_staff:
        return []
    documents = ChannelDocument.objects.visible_to(rights.user, Permission.SEE_INTAKE)
    return list(
        documents.filter(order=shown).select_related("order").order_by("-pk")[:DOCUMENTS_SHOWN]
    )
