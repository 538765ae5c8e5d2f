from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from api.schema.building import build_document
from core.permissions import public


@public
@require_safe
@cache_control(public=True, max_age=300)
def document(request: HttpRequest) -> JsonResponse:
    """The API's description, for whoever makes a client of it. Nothing in it is secret."""
    return JsonResponse(build_document())
