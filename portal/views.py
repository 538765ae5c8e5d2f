"""The page on which a customer shows what is wrong. Its link opens one case, for a time.

The link's secret goes from the address into the session at once and is never an address again.
Whoever has no link, an old one or one made up reads the same words: nobody learns which it was.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.actors import Actor
from core.permissions import public
from portal.limits import limited
from portal.serials import tell_serial
from portal.words import best_of, words_for
from returns.models import EvidenceRequest, ReturnLine
from returns.queries.evidence import describe_wanted, find_request, get_open_request
from returns.taking import Taken, read_op_id, take_photos

REMEMBERS = "evidence_request"
AN_HOUR = 3600
LONGEST_TOKEN = 64


@require_GET
@never_cache
@public
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Where the letter's link leads. Looks at nothing: programs that read mail open links too."""
    language, words = words_for(best_of(request.headers.get("Accept-Language", "")))
    context = {"words": words, "language": language, "token": token[:LONGEST_TOKEN]}
    return _closed(render(request, "portal/enter.html", context))


@require_http_methods(["GET", "POST"])
@never_cache
@limited("photos", calls=30, seconds=600)
@public
def photos(request: HttpRequest) -> HttpResponse:
    """The secret into the session; then the page itself."""
    if request.method == "POST":
        return _open(request)
    asked = _asked(request)
    return _show(request, asked) if asked else _over(request)


def _open(request: HttpRequest) -> HttpResponse:
    found = find_request(request.POST.get("token", "")[:LONGEST_TOKEN])
    if found is None:
        return _over(request)
    request.session.cycle_key()
    request.session[REMEMBERS] = found.pk
    if not request.user.is_authenticated:
        request.session.set_expiry(AN_HOUR)
    return _closed(redirect("portal:photos"))


@require_POST
@never_cache
@limited("photos-sent", calls=60, seconds=3600)
@public
def send(request: HttpRequest) -> HttpResponse:
    """Photos and the serial number of one line."""
    asked = _asked(request)
    if asked is None:
        return _over(request)
    line = _line_of(asked, request.POST.get("line", ""))
    if line is None:
        return _show(request, asked, problem="none", status=422)
    case = asked.return_case
    who: dict[str, Any] = {
        "actor": Actor("customer", str(case.customer_id)),
        "now": clock.now(),
    }
    op_id = read_op_id(request.POST)
    serial = request.POST.get("serial", "").strip()
    problem = tell_serial(line, serial, op_id=op_id, **who) if serial else ""
    uploads = request.FILES.getlist("photos")
    taken = take_photos(
        uploads, order_line_id=line.order_line_id, return_line_id=line.pk, op_id=op_id, **who
    )
    if not uploads and not serial:
        problem = "none"
    if problem or taken.refused:
        return _show(request, asked, problem=problem, taken=taken, status=422)
    request.session["evidence_got"] = True
    return _closed(redirect("portal:photos"))


def _asked(request: HttpRequest) -> EvidenceRequest | None:
    remembered = request.session.get(REMEMBERS)
    return get_open_request(remembered) if isinstance(remembered, int) else None


def _line_of(asked: EvidenceRequest, line_id: str) -> ReturnLine | None:
    lines = asked.return_case.lines.select_related("defect_report__defect_type")
    return lines.filter(pk=int(line_id)).first() if line_id.isdecimal() else None


def _show(
    request: HttpRequest,
    asked: EvidenceRequest,
    *,
    problem: str = "",
    taken: Taken | None = None,
    status: int = 200,
) -> HttpResponse:
    case = asked.return_case
    language, words = words_for(case.locale)
    context = {
        "language": language,
        "words": words,
        "shop": case.channel.name,
        "number": case.number,
        "lines": describe_wanted(case),
        "op_id": uuid4(),
        "problem": words.get(problem, ""),
        "refused": taken.refused if taken else [],
        "got": request.session.pop("evidence_got", False),
        "send_url": reverse("portal:send"),
    }
    return _closed(render(request, "portal/photos.html", context, status=status))


def _over(request: HttpRequest) -> HttpResponse:
    got = request.session.pop("evidence_got", False)
    language, words = words_for(best_of(request.headers.get("Accept-Language", "")))
    context = {"words": words, "language": language, "got": got}
    return _closed(render(request, "portal/over.html", context, status=200 if got else 404))


def _closed(answer: HttpResponse) -> HttpResponse:
    """Nothing of this page is told to, kept by or shown within anything else."""
    answer["Referrer-Policy"] = "same-origin"  # else forms come from “null”
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
