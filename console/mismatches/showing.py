"""One difference on its page, with whatever was typed and why it was refused."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from console.components import Banner
from console.mismatches.drawing import draw_mismatch
from console.mismatches.forms import DecisionForm
from console.reader import Reader
from console.rights import rights_of
from returns.models import Mismatch


def show(
    request: HttpRequest,
    mismatch: Mismatch,
    *,
    form: DecisionForm | None = None,
    banner: Banner | None = None,
    status: int = 200,
) -> HttpResponse:
    page = draw_mismatch(
        mismatch,
        rights=rights_of(request),
        reader=Reader.of(request),
        asked=request.GET.get("rule", ""),
        form=form,
        op_id=request.POST.get("op_id", ""),
        banner=banner,
    )
    is_part = request.headers.get("HX-Target") == "mismatch-letter"
    template = "console/mismatches/_letter.html" if is_part else "console/mismatch.html"
    return render(request, template, {"mismatch": page}, status=status)
