"""Counting: a scan brings a line into hand, digits are its figure, Enter goes on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from console.components import Action, Banner
from console.counts.drawing import draw_count, hear_figure
from console.counts.forms import FigureForm
from console.counts.record import VIEWS, CountRecord, read_count
from console.reader import Reader
from console.refusals import refusal_banner, shows_refusals
from console.rights import rights_of
from console.sending import operation_of, sender_of
from core.errors import DomainError
from core.permissions import requires
from core.roles import Permission
from inventory.models import CycleCountLine
from inventory.services import cancel_count, close_count, enter_count

SEE, COUNT = Permission.SEE_STOCK, Permission.ADJUST_STOCK


@requires(SEE)
def count(request: HttpRequest, number: str) -> HttpResponse:
    """The lines and what is in hand: ``?line=`` names it, ``?scan=`` finds it. Posts a figure."""
    if request.method == "POST":
        return _enter(request, number)
    record = read_count(number, rights_of(request), SEE)
    scan = request.GET.get("scan", "").strip()
    if scan:
        return _show_scanned(request, record, scan)
    entered = record.line_of(request.GET.get("entered", ""))
    return _show(
        request,
        record,
        line=record.line_of(request.GET.get("line", "")),
        heard=hear_figure(entered) if entered and entered.counted is not None else None,
    )


def _enter(request: HttpRequest, number: str) -> HttpResponse:
    """One figure; then the next line of the way comes into hand."""
    if COUNT not in rights_of(request):
        raise PermissionDenied(COUNT)
    record = read_count(number, rights_of(request), COUNT)
    line, form = record.line_of(request.POST.get("line", "")), FigureForm(request.POST)
    if line is None:
        return _show(request, record, heard=_UNKNOWN_LINE, status=422)
    if form.scan:
        return redirect(_address(record, scan=form.scan))
    if not form.is_valid():
        return _show(request, record, line=line, form=form, status=422)
    try:
        enter_count(
            count_id=record.count.pk,
            stock_level_id=line.stock_level_id,
            counted=form.cleaned_data["counted"],
            **sender_of(request),
        )
    except DomainError as error:
        current = read_count(number, rights_of(request), COUNT)
        return _show(request, current, banner=refusal_banner(error), status=error.status)
    onward = record.next_after(line)
    place = {"line": onward.stock_level_id} if onward else {}
    return redirect(_address(record, **place, entered=line.stock_level_id))


@require_POST
@requires(COUNT)
@shows_refusals
def close(request: HttpRequest, number: str) -> HttpResponse:
    """What differs opens discrepancies."""
    record = read_count(number, rights_of(request), COUNT)
    close_count(count_id=record.count.pk, **sender_of(request))
    messages.success(request, "The count is closed.")
    return redirect("console:count", number=record.count.number)


@require_http_methods(["GET", "POST"])
@requires(COUNT)
@shows_refusals
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Asks on a page of its own, then gives the count up."""
    record = read_count(number, rights_of(request), COUNT)
    if request.method == "GET":
        return render(request, "console/give_up_count.html", {"dialog": give_up(request, record)})
    cancel_count(count_id=record.count.pk, **sender_of(request))
    messages.success(request, "The count is given up. Its figures lead to nothing.")
    return redirect("console:counts")


def give_up(request: HttpRequest, record: CountRecord) -> dict[str, Any]:
    """The dialog that asks, and its page for browsers without script."""
    number = record.count.number
    return {
        "id": "give-up",
        "title": f"Give up {number}?",
        "words": f"{record.sizes['counted']} figures are entered. They stay readable and lead to "
        "nothing: no discrepancy is opened.",
        "back_url": reverse("console:count", args=[number]),
        "action": Action(
            label="Give it up",
            url=reverse("console:count_cancel", args=[number]),
            kind="danger",
            fields={"op_id": operation_of(request)},
        ),
    }


def _show_scanned(request: HttpRequest, record: CountRecord, scan: str) -> HttpResponse:
    found = record.find(scan)
    if not found:
        return _show(request, record, heard=_not_here(scan))
    if len(found) == 1:
        return _show(request, record, line=found[0])
    return _show(request, record, matches=found)


def _show(
    request: HttpRequest,
    record: CountRecord,
    *,
    line: CycleCountLine | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The whole page, or for htmx what changes of it."""
    view = request.GET.get("show", "")
    page = draw_count(
        record,
        Reader.of(request),
        view=view if view in VIEWS else ("to_count" if record.is_open else "differing"),
        may_count=COUNT in rights_of(request),
        line=line,
        **more,
    )
    is_part = request.headers.get("HX-Target") == "count"
    template = "console/counts/_count.html" if is_part else "console/count.html"
    context = {"count": page, "dialog": give_up(request, record) if page.cancel else None}
    return render(request, template, context, status=status)


def _address(record: CountRecord, **query: str | int) -> str:
    return f"{reverse('console:count', args=[record.count.number])}?{urlencode(query)}"


def _not_here(scan: str) -> Banner:
    return Banner(
        words=f"“{scan}” is not part of this count. Put it aside, and count its own place.",
        tone="bad",
    )


_UNKNOWN_LINE = Banner(words="Scan what you are counting first.", tone="bad")
