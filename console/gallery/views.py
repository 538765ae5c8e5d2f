"""The gallery at /dev/components/: what the desk is built from, for whoever builds on it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone

from console.gallery.screens import SCREENS, desk
from console.gallery.specimens import Specimen, all_specimens
from console.glyphs import GLYPHS
from core.permissions import requires
from core.roles import Permission


@requires(Permission.USE_DESK)
def gallery(request: HttpRequest) -> HttpResponse:
    shown = [_shown(request, specimen) for specimen in all_specimens(timezone.now())]
    context = {"shown": shown, "glyphs": sorted(GLYPHS), "screens": list(SCREENS)}
    return render(request, "console/gallery.html", context | _frame(request, "gallery"))


@requires(Permission.USE_DESK)
def gallery_screen(request: HttpRequest, name: str) -> HttpResponse:
    """One of the desk's pages with example contents; `?theme=dark` shows it so."""
    if name not in SCREENS:
        raise Http404(name)
    template, current, contents = SCREENS[name]
    return render(request, template, contents(timezone.now()) | _frame(request, current))


def _shown(request: HttpRequest, specimen: Specimen) -> dict[str, Any]:
    drawn = [
        render_to_string(specimen.template, contents, request) for contents in specimen.contents
    ]
    return {"specimen": specimen, "drawn": drawn}


def _frame(request: HttpRequest, current: str) -> dict[str, Any]:
    theme = request.GET.get("theme")
    return desk(current) | ({"theme": theme} if theme in {"light", "dark"} else {})
