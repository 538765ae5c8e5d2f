"""The warehouse: its lists of work, receiving and inspecting a case, and shipping a parcel."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from console.components import Action, Banner, Tab
from console.reader import Reader
from console.refusals import Stamp, refusal_banner
from console.rights import Rights, rights_of
from console.warehouse.counting import Count, read_count
from console.warehouse.drawing import draw_inspection
from console.warehouse.grading import Graded, read_grading
from console.warehouse.page import WarehousePage
from console.warehouse.photos import draw_photos, may_add_photos
from console.warehouse.scanning import HEARD_AT_MOST, Scanned, resolve_scans
from console.warehouse.work import draw_case_rows, list_locations, list_work
from core.actors import Actor
from core.errors import DomainError
from core.permissions import requires
from core.roles import Permission
from exchanges.queries import get_exchange
from returns.models import Return, ReturnLine
from returns.queries import list_ungraded
from returns.services import inspect_goods, receive_goods


@requires(Permission.RECEIVE_GOODS)
def warehouse(request: HttpRequest) -> HttpResponse:
    """The lists of work; a scan goes straight to its case."""
    rights, reader = rights_of(request), Reader.of(request)
    scan, at = request.GET.get("scan", "").strip(), request.GET.get("at", "")
    heard = [*request.GET.getlist("heard"), scan] if scan else []
    scanned = resolve_scans(heard, rights) if heard else None
    if scanned and len(scanned.cases) == 1:
        return _count_on(scanned.cases[0], scanned.goods)
    trouble = _trouble(scanned, heard) if scanned and scanned.trouble else None
    lists = list_work(rights, reader, at=at)
    page = WarehousePage(
        figures=" · ".join(f"{each.count} {each.title.lower()}" for each in lists if each.count)
        or "Nothing waits",
        tabs=_centres(rights, at),
        lists=lists,
        scanned=scan,
        heard=heard if scanned and not scanned.trouble else [],
        at=at,
        matches=draw_case_rows(scanned.cases, reader) if scanned else [],
        banner=trouble,
    )
    return render(request, "console/warehouse.html", {"warehouse": page})


def _count_on(case: Return, goods: list[str]) -> HttpResponse:
    """The case that was meant; what else was scanned need not be scanned again."""
    url = reverse("console:inspect", args=[case.number])
    if not goods:
        return redirect(url)
    return redirect(f"{url}?{urlencode({'step': 'count', 'heard': goods}, doseq=True)}")


def _trouble(scanned: Scanned, heard: list[str]) -> Banner:
    """Nobody knows it: what was scanned can be written down as a parcel without a case."""
    url = reverse("console:new_unknown_parcel")
    write_down = Action(
        label="Write it down as an unknown parcel",
        url=f"{url}?{urlencode({'heard': heard}, doseq=True)}",
        method="get",
    )
    return Banner(words=scanned.trouble, tone="bad", action=write_down)


def _centres(rights: Rights, at: str) -> list[Tab]:
    url = reverse("console:warehouse")
    return [
        Tab(label="Every centre", url=url, is_current=not at),
        *(
            Tab(label=place.name, url=f"{url}?at={place.code}", is_current=at == place.code)
            for place in list_locations(rights)
        ),
    ]


@requires(Permission.RECEIVE_GOODS)
def inspect(request: HttpRequest, number: str) -> HttpResponse:
    """Count what arrived, then grade it. A scan or a choice only redraws; booking is its own."""
    case = _get_case(number, rights_of(request))
    if _step(request, case) == "count":
        return _count(request, case)
    return _grade(request, case)


def _step(request: HttpRequest, case: Return) -> str:
    """As asked for, else what there is to do: grading comes before the next parcel."""
    asked = request.POST.get("step") or request.GET.get("step")
    if asked in ("count", "grade"):
        return asked
    return "grade" if list_ungraded(case) else "count"


def _count(request: HttpRequest, case: Return) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    count = read_count(
        case,
        data,
        locations=list_locations(rights_of(request)),
        heard_before=request.GET.getlist("heard")[:HEARD_AT_MOST],
    )
    if data is None or _only_redraws(request):
        return _draw(request, case, count, banner=_heard(count))
    if not count.is_valid():
        return _draw(request, case, count, banner=_unreadable(), status=422)
    arrival = count.arrival.cleaned_data
    try:
        receipt = receive_goods(
            return_id=case.pk,
            location_id=arrival["location"],
            tracking_number=arrival["tracking_number"],
            lines=count.counted,
            is_empty=arrival["is_empty"],
            **_sent(request),
        )
    except DomainError as error:
        return _refused(request, case, count, error)
    messages.success(request, f"Booked in at {receipt.location.name}.")
    return redirect("console:inspect", number=case.number)


def _grade(request: HttpRequest, case: Return) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    grading = read_grading(case, data)
    if data is None or _only_redraws(request):
        return _draw(request, case, grading)
    if Permission.INSPECT_GOODS not in rights_of(request):
        raise PermissionDenied(Permission.INSPECT_GOODS)
    sent = read_grading(case, data, as_sent=True)
    lines = [graded.inspected for graded in sent if graded.inspected]
    try:
        inspect_goods(return_id=case.pk, lines=lines, **_sent(request))
    except DomainError as error:
        return _refused(request, case, grading, error)
    messages.success(request, "The grades are booked.")
    if list_ungraded(case):
        return redirect("console:inspect", number=case.number)
    return redirect("console:warehouse")


def _only_redraws(request: HttpRequest) -> bool:
    """A scan, one more row, a changed choice: nothing that books."""
    is_asked = "redraw" in request.POST or "add" in request.POST
    return is_asked or bool(request.POST.get("scan")) or _wants_part(request)


def _sent(request: HttpRequest) -> dict[str, Any]:
    """Version and operation as they were drawn, and who acts when."""
    form, reader = Stamp(request.POST), Reader.of(request)
    known = form.cleaned_data if form.is_valid() else {}
    return {
        "version": known.get("version", 0),
        "op_id": known.get("op_id") or uuid4(),
        "actor": Actor.user(reader.user),
        "now": reader.now,
    }


def _refused(
    request: HttpRequest, case: Return, work: Count | list[Graded], error: DomainError
) -> HttpResponse:
    """The same page with the reason and all that was typed; drawn on the case as it is now."""
    fresh = _get_case(case.number, rights_of(request))
    return _draw(request, fresh, work, banner=refusal_banner(error), status=error.status)


def _heard(count: Count) -> Banner | None:
    if not count.heard:
        return None
    return Banner(words=count.heard, tone="bad" if count.is_misheard else "good")


def _unreadable() -> Banner:
    return Banner(words="Some fields cannot be read; nothing was booked.", tone="bad")


def _draw(
    request: HttpRequest,
    case: Return,
    work: Count | list[Graded],
    *,
    banner: Banner | None = None,
    status: int = 200,
) -> HttpResponse:
    page = draw_inspection(
        case,
        work,
        exchange=get_exchange(return_id=case.pk),
        ungraded=sum(row.quantity for row in list_ungraded(case).values()),
        op_id=request.POST.get("op_id") or str(uuid4()),
        reader=Reader.of(request),
        banner=banner,
    )
    if _wants_part(request):
        context: dict[str, Any] = {"inspection": page}
        return render(request, "console/warehouse/_inspection.html", context, status=status)
    rights, reader = rights_of(request), Reader.of(request)
    context = {
        "inspection": page,
        "photo_lines": draw_photos(case, list(case.lines.all()), reader, rights),
        "photos_url": reverse("console:inspect_photos", args=[case.number])
        if may_add_photos(case, rights)
        else "",
        "photo_op_id": str(uuid4()),
    }
    return render(request, "console/inspect.html", context, status=status)


def _wants_part(request: HttpRequest) -> bool:
    return request.headers.get("HX-Target") == "inspection"


def _lines_in_order() -> QuerySet[ReturnLine]:
    lines = ReturnLine.objects.select_related("order_line__variant__product")
    return lines.order_by("position")


def _get_case(number: str, rights: Rights) -> Return:
    cases = Return.objects.visible_to(rights.user, Permission.RECEIVE_GOODS)
    found: Return | None = (
        cases.select_related("customer", "channel")
        .prefetch_related(Prefetch("lines", _lines_in_order()))
        .filter(number=number)
        .first()
    )
    if found is None:
        raise Http404(number)
    return found
