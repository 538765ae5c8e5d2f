"""A new case on one page: find the order, choose what comes back and what goes out, confirm.

The choices live in the address, so the page can be reloaded and works without JavaScript; htmx
only spares the reload.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from console.components import Banner
from console.new_case.asked import Asked, address_of, read_asked
from console.new_case.drawing import draw_hit, draw_page
from console.new_case.evidence import take_sent
from console.new_case.outcome import find_mistake
from console.new_case.page import NewCasePage
from console.new_case.weighing import Weighed, weigh
from console.reader import Reader
from console.refusals import refusal_banner
from core.actors import Actor
from core.errors import DomainError, OperationReused
from core.permissions import requires
from core.roles import Permission
from exchanges.services import open_exchange_case
from inventory.services import OutOfStock
from orders.models import Order
from orders.queries import find_orders, get_order, list_other_orders
from returns.models import Return
from returns.services import open_return

FOUND_AT_MOST = 20
MOST_NAMED = 5


@requires(Permission.OPEN_CASE)
def new_case(request: HttpRequest) -> HttpResponse:
    """Look for an order; draw the choices; check them; or open the case."""
    if not request.GET.get("order"):
        return _find_order(request)
    order = _get_order(request)
    if request.method != "POST":
        reader = Reader.of(request)
        asked = _read(order, request.GET, reader)
        return _draw(request, weigh(asked, now=reader.now))
    if "check" in request.POST or _wants_workbench(request):
        return _check(request, order)
    return _open(request, order)


def _find_order(request: HttpRequest) -> HttpResponse:
    words, reader = request.GET.get("q", "").strip(), Reader.of(request)
    found = find_orders(user=reader.user, text=words, limit=FOUND_AT_MOST)
    if len(found) == 1 and words.casefold().lstrip("#") == found[0].number.casefold().lstrip("#"):
        return redirect(_url_of(found[0]))
    page = NewCasePage(
        words=words,
        has_searched=bool(words),
        hits=[draw_hit(order, _url_of(order), reader) for order in found],
    )
    return render(request, "console/new_case.html", {"new_case": page})


def _check(request: HttpRequest, order: Order) -> HttpResponse:
    """Weigh anew what is chosen. With htmx only the columns; without, by way of the address."""
    reader = Reader.of(request)
    data, banner = _with_photos(request, order, reader)
    address = f"{reverse('console:new_case')}?{address_of(data, order=order)}"
    if not _wants_workbench(request) and banner is None:
        return redirect(address)
    asked = _read(order, data, reader)
    answer = _draw(request, weigh(asked, now=reader.now), banner=banner)
    answer.headers["HX-Replace-Url"] = address
    return answer


def _with_photos(
    request: HttpRequest, order: Order, reader: Reader
) -> tuple[QueryDict, Banner | None]:
    """What was sent, with the ids of its photos in place of the files; and what was not taken."""
    data, refused = request.POST.copy(), []
    for line_id, taken in take_sent(order, request.FILES, request.POST, reader).items():
        known = data.getlist(f"photo-{line_id}")
        added = [each.public_id for each in taken.kept]
        data.setlist(f"photo-{line_id}", list(dict.fromkeys([*known, *added])))
        refused += taken.refused
    return data, Banner(words=f"Not added: {' '.join(refused)}", tone="bad") if refused else None


def _open(request: HttpRequest, order: Order) -> HttpResponse:
    """Carry it out, or show the same page with what is in the way."""
    reader = Reader.of(request)
    data, banner = _with_photos(request, order, reader)
    asked = _read(order, data, reader)
    if banner:
        return _draw(request, weigh(asked, now=reader.now), banner=banner, status=422)
    weighed = weigh(asked, now=reader.now)
    # Stock is not asked for here: only the command, holding it, can tell for certain.
    if mistake := find_mistake(weighed):
        banner = Banner(words=mistake, tone="bad")
        return _draw(request, weighed, banner=banner, status=422, is_sent=True)
    try:
        case = _carry_out(request, asked, reader)
    except OutOfStock as error:
        fresh = weigh(asked, now=reader.now, shortage=error)
        banner = _shortage(error, reader)
        return _draw(request, fresh, banner=banner, status=error.status)
    except OperationReused as error:
        return _draw(
            request, weighed, banner=_already_sent(), status=error.status, op_id=str(uuid4())
        )
    except DomainError as error:
        return _draw(request, weighed, banner=refusal_banner(error), status=error.status)
    return redirect("console:case", number=case.number)


def _read(order: Order, data: QueryDict, reader: Reader) -> Asked:
    return read_asked(order, data, user=reader.user, others=list_other_orders(order))


def _carry_out(request: HttpRequest, asked: Asked, reader: Reader) -> Return:
    order = asked.order
    who: dict[str, Any] = {
        "partner_id": order.partner_id,
        "channel_id": order.channel_id,
        "customer_id": order.customer_id,
        "actor": Actor.user(reader.user),
        "op_id": _op_id(request),
        "now": reader.now,
    }
    if not asked.is_exchange:
        return open_return(lines=asked.wanted, **who)
    exchange = open_exchange_case(
        lines=asked.wanted,
        replacements=asked.replacements,
        exchange_type=asked.exchange_type,
        **who,
    )
    return exchange.return_case


def _shortage(error: OutOfStock, reader: Reader) -> Banner:
    lines = [
        f"{short.sku}: {short.wanted} wanted, {short.available} available."
        for short in error.shortages
    ]
    rest = "Nothing was saved. What can go out instead comes first below."
    if older := _list_older(error, reader):
        return Banner(
            words=" ".join([*lines, f"Older cases wait for it: {older}.", rest]), tone="bad"
        )
    return Banner(words=" ".join(["Just taken.", *lines, rest]), tone="bad")


def _list_older(error: OutOfStock, reader: Reader) -> str:
    """The numbers of cases that the fair queue puts first, as far as the reader may see them."""
    ids = [
        int(case.removeprefix("return:"))
        for short in error.shortages
        for case in short.behind
        if case.startswith("return:")
    ]
    cases = (
        Return.objects.visible_to(reader.user, Permission.SEE_CASES)
        .filter(pk__in=ids)
        .order_by("opened_at", "pk")
    )
    numbers = list(cases.values_list("number", flat=True)[: MOST_NAMED + 1])
    more = " and others" if len(numbers) > MOST_NAMED else ""
    return ", ".join(numbers[:MOST_NAMED]) + more


def _already_sent() -> Banner:
    return Banner(
        words="This page was sent before, with other choices; that case is open. "
        "Confirm once more if another one is wanted.",
        tone="warn",
    )


def _draw(
    request: HttpRequest,
    weighed: Weighed,
    *,
    banner: Banner | None = None,
    status: int = 200,
    is_sent: bool = False,
    op_id: str = "",
) -> HttpResponse:
    page = draw_page(
        weighed,
        Reader.of(request),
        op_id=op_id or str(_op_id(request)),
        banner=banner,
        is_sent=is_sent,
    )
    part = "console/new_case/_workbench.html"
    template = part if _wants_workbench(request) else "console/new_case.html"
    return render(request, template, {"new_case": page}, status=status)


def _op_id(request: HttpRequest) -> UUID:
    """The id the page was drawn with, so that sending twice opens one case."""
    try:
        return UUID(request.POST.get("op_id", ""))
    except ValueError:
        return uuid4()


def _wants_workbench(request: HttpRequest) -> bool:
    return request.headers.get("HX-Target") == "workbench"


def _get_order(request: HttpRequest) -> Order:
    user = Reader.of(request).user
    try:
        return get_order(public_id=request.GET["order"], user=user)
    except Order.DoesNotExist as error:
        raise Http404(request.GET["order"]) from error


def _url_of(order: Order) -> str:
    query = QueryDict(mutable=True)
    query["order"] = order.public_id
    return f"{reverse('console:new_case')}?{query.urlencode()}"
