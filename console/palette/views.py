"""The options of the command palette, drawn as the words are typed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from console.palette.finding import find
from console.rights import rights_of
from console.shell import list_places
from core.permissions import requires
from core.roles import Permission


@requires(Permission.USE_DESK)
def palette(request: HttpRequest) -> HttpResponse:
    found = find(request.GET.get("q", ""), rights_of(request), list_places(request))
    return render(request, "components/palette_options.html", {"palette_options": found})
