from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from console.reader import Reader
from console.refund.drawing import draw_refund
from console.rights import rights_of
from core.permissions import requires
from core.roles import Permission
from returns.models import Return
from returns.queries import explain_refund


@require_GET
@requires(Permission.SEE_CASES)
def refund(request: HttpRequest, number: str) -> HttpResponse:
    """The refund of a case, step by step; it prints on one page."""
    cases = Return.objects.visible_to(rights_of(request).user, Permission.SEE_CASES)
    case = get_object_or_404(cases.select_related("channel", "customer"), number=number)
    page = draw_refund(case, explain_refund(case), Reader.of(request))
    return render(request, "console/refund.html", {"refund": page})
