"""Papers of a case, as PDF in the customer's language. Nothing is stored: rows are the record."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from console.refusals import shows_refusals
from console.rights import rights_of
from core import clock
from core.events import reference
from core.papers import Paper
from core.permissions import requires
from core.roles import Permission
from fulfilment.models import InboundParcel
from fulfilment.queries import get_parcel
from payments.queries import list_memos
from returns.memo_paper import make_memo_paper
from returns.models import Return
from returns.papers import make_drop_off_code, make_label, make_packing_slip
from returns.rules import MAY_BE_SENT


@requires(Permission.SEE_CASES)
def label(request: HttpRequest, number: str) -> HttpResponse:
    case, parcel = _get_parcel(request, number)
    return _hand_out(make_label(case, parcel, now=clock.now()))


@requires(Permission.SEE_CASES)
def packing_slip(request: HttpRequest, number: str) -> HttpResponse:
    case, parcel = _get_parcel(request, number)
    return _hand_out(make_packing_slip(case, parcel.location))


@requires(Permission.SEE_CASES)
def drop_off_code(request: HttpRequest, number: str) -> HttpResponse:
    case, _ = _get_parcel(request, number)
    return _hand_out(make_drop_off_code(case))


@requires(Permission.SEE_CASES)
@shows_refusals
def credit_memo(request: HttpRequest, number: str, memo_number: str = "") -> HttpResponse:
    """The memo of that number, else the newest that has one. A draft has nothing to print: 409."""
    case = _get_case(request, number)
    memos = list_memos(reference(case))
    if memo_number:
        memos = [memo for memo in memos if memo.number == memo_number]
    memo = next((memo for memo in reversed(memos) if memo.number), None) or next(iter(memos), None)
    if memo is None:
        raise Http404(number)
    return _hand_out(make_memo_paper(case, memo))


def _get_case(request: HttpRequest, number: str) -> Return:
    cases = Return.objects.visible_to(rights_of(request).user, Permission.SEE_CASES)
    case: Return | None = cases.select_related("channel", "customer").filter(number=number).first()
    if case is None:
        raise Http404(number)
    return case


def _get_parcel(request: HttpRequest, number: str) -> tuple[Return, InboundParcel]:
    """The case with its announced parcel; 404 while nothing is to be sent, or no longer."""
    case = _get_case(request, number)
    parcel = get_parcel(reference(case))
    if parcel is None or case.state not in MAY_BE_SENT:
        raise Http404(number)
    return case, parcel


def _hand_out(paper: Paper) -> HttpResponse:
    """Shown in the browser's own viewer. It holds an address: nobody in between keeps it."""
    answer = HttpResponse(paper.content, content_type=paper.content_type)
    disposition = content_disposition_header(as_attachment=False, filename=paper.filename)
    answer.headers["Content-Disposition"] = disposition or "inline"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
