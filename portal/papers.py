"""The papers of a return for its customer, by the link in their letter."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from core import clock
from core.events import reference
from core.papers import Paper
from core.permissions import public
from fulfilment.models import InboundParcel
from fulfilment.queries import get_parcel
from returns.links import read_token
from returns.models import Return
from returns.papers import make_drop_off_code, make_label, make_packing_slip
from returns.rules import MAY_BE_SENT


@public
@require_GET
def paper(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """404 for a link that was made up, and once nothing is to be sent any more."""
    case, parcel = _get(token)
    made = {
        "label": lambda: make_label(case, parcel, now=clock.now()),
        "slip": lambda: make_packing_slip(case, parcel.location),
        "code": lambda: make_drop_off_code(case),
    }.get(name)
    if made is None:
        raise Http404(name)
    return _hand_out(made())


def _get(token: str) -> tuple[Return, InboundParcel]:
    public_id = read_token(token)
    cases = Return.objects.select_related("channel", "customer")
    case = cases.filter(public_id=public_id).first() if public_id else None
    parcel = get_parcel(reference(case)) if case else None
    if case is None or parcel is None or case.state not in MAY_BE_SENT:
        raise Http404("no such papers")
    return case, parcel


def _hand_out(made: Paper) -> HttpResponse:
    """It holds an address: nobody in between keeps it, and no other page learns of the link."""
    answer = HttpResponse(made.content, content_type=made.content_type)
    disposition = content_disposition_header(as_attachment=False, filename=made.filename)
    answer.headers["Content-Disposition"] = disposition or "inline"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
