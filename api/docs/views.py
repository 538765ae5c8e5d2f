"""Pages for whoever writes a program: open to everyone, nothing in them is secret."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from api.docs.drawing import list_resources
from api.editions import EDITIONS, KEPT_FOR, newest
from api.schema.catalogue import CATALOGUE
from api.scopes import Scope
from core.permissions import public


@public
@require_safe
@cache_control(public=True, max_age=300)
def start(request: HttpRequest) -> HttpResponse:
    """How to begin, and every address at a glance."""
    scopes = [{"name": scope.value, "opens": scope.label} for scope in Scope]
    return _draw(request, "api/start.html", scopes=scopes, edition=newest())


@public
@require_safe
@cache_control(public=True, max_age=300)
def resource(request: HttpRequest, tag: str) -> HttpResponse:
    """Every call of one noun, with examples to copy."""
    found = next((each for each in list_resources() if each.tag == tag), None)
    if found is None:
        raise Http404
    return _draw(request, "api/resource.html", resource=found, current=tag)


@public
@require_safe
@cache_control(public=True, max_age=300)
def errors(request: HttpRequest) -> HttpResponse:
    """Every code with which the API refuses."""
    return _draw(request, "api/errors.html", catalogue=CATALOGUE, current="errors")


@public
@require_safe
@cache_control(public=True, max_age=300)
def changes(request: HttpRequest) -> HttpResponse:
    """What changed, edition by edition."""
    days = KEPT_FOR.days
    return _draw(request, "api/changes.html", editions=EDITIONS, kept_for=days, current="changes")


def _draw(request: HttpRequest, template: str, **more: Any) -> HttpResponse:
    return render(request, template, {"resources": list_resources(), **more})
