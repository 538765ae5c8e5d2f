"""The page behind the link that ends messages of a sort. The link is the right.

Programs that read mail open links, so looking ends nothing: a POST does, from the button or in one
click from the mail program (RFC 8058), which brings no cookie.
"""

from __future__ import annotations

from uuid import uuid5

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core import clock
from core.actors import Actor
from core.formats import language_of
from core.permissions import public
from notifications import services
from notifications.mail import read_unsubscribe_token
from notifications.models import Message
from notifications.words import WORDS, words_for

READER = Actor.system("unsubscribe-link")
LONGEST_TOKEN = 200


@public
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Asks on GET, ends it on POST. Without CSRF's cookie: whoever has the link may use it."""
    message = _find(token)
    if message is None:
        return _show(request, "en", "unknown", status=404)
    if request.method == "GET":
        return _show(request, message.locale, "ask")
    services.unsubscribe(
        message_id=message.pk,
        actor=READER,
        op_id=uuid5(message.event.event_id, f"unsubscribe:{message.pk}"),
        now=clock.now(message.partner),
    )
    return _show(request, message.locale, "done")


def _find(token: str) -> Message | None:
    public_id = read_unsubscribe_token(token[:LONGEST_TOKEN])
    messages = Message.objects.select_related("partner", "event")
    return messages.filter(public_id=public_id).first() if public_id else None


def _show(request: HttpRequest, locale: str, step: str, *, status: int = 200) -> HttpResponse:
    language = language_of(locale)
    context = {
        "language": language if language in WORDS else "en",
        "words": words_for(locale),
        "step": step,
        "said": words_for(locale)[step],
    }
    answer = render(request, "notifications/unsubscribe.html", context, status=status)
    answer["Referrer-Policy"] = "no-referrer"
    return answer
