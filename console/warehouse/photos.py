"""Photos at the dock: what the customer showed, and what inspection adds."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from console.evidence.drawing import draw_evidence
from console.evidence.page import EvidenceLine, PhotoTile
from console.evidence.views import say
from console.reader import Reader
from console.rights import Rights, rights_of
from console.sending import sender_of
from core.permissions import requires
from core.roles import Permission
from returns.models import Return, ReturnLine
from returns.states import OVER
from returns.taking import take_photos


def draw_photos(
    case: Return, lines: Sequence[ReturnLine], reader: Reader, rights: Rights
) -> list[EvidenceLine]:
    """The photos of each line, with what is wrong as it was told."""
    panel = draw_evidence(case, lines, {}, reader, rights, version=case.version, seen=0)
    return panel.lines


def list_tiles(
    case: Return, lines: Sequence[ReturnLine], reader: Reader, rights: Rights
) -> list[PhotoTile]:
    drawn = draw_photos(case, lines, reader, rights) if lines else []
    return [photo for line in drawn for photo in line.photos]


def may_add_photos(case: Return, rights: Rights) -> bool:
    return Permission.INSPECT_GOODS in rights and case.state not in OVER


@require_POST
@requires(Permission.INSPECT_GOODS)
def add_photos(request: HttpRequest, number: str) -> HttpResponse:
    """Photos of one line, taken while it is inspected."""
    visible = ReturnLine.objects.visible_to(rights_of(request).user, Permission.INSPECT_GOODS)
    wanted = request.POST.get("line", "")
    line = visible.filter(
        return_case__number=number, pk=int(wanted) if wanted.isdecimal() else 0
    ).first()
    back = redirect(f"{reverse('console:inspect', args=[number])}?step=grade#photos")
    if line is None:
        messages.error(request, "Choose which goods they show.")
        return back
    taken = take_photos(
        request.FILES.getlist("photos"),
        order_line_id=line.order_line_id,
        return_line_id=line.pk,
        **sender_of(request),
    )
    if banner := say(taken):
        messages.error(request, banner.words)
    else:
        messages.success(request, f"{len(taken.kept)} added to the evidence.")
    return back
