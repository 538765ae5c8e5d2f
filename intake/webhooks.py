"""Signed webhooks of channels: stored first, answered then, settled by the worker.

The signature is checked over the raw bytes and against every live secret of the channel. What is
not signed leaves no trace; what is answered with 200 is stored.
"""

from __future__ import annotations

import re
from functools import partial
from uuid import uuid4

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core import clock, egress
from core.actors import Actor
from core.errors import TryAgain
from core.permissions import public
from core.strict_json import LARGEST_DOCUMENT
from intake import keys, queries, services, sources, tasks, tokens
from intake.adapters.port import ChannelAdapter
from intake.channels import CHANNELS
from intake.signing import Delivery
from orders.models import Channel

WEBHOOK = Actor.system("webhook")
# WooCommerce greets the address of a new webhook with this form, unsigned, and wants a 200.
LONGEST_CHALLENGE = 200
GREETING = re.compile(rb"webhook_id=\d{1,20}")


@public
@csrf_exempt
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest, channel: str, account: str = "") -> HttpResponse:
    """200 with the receipt's id once stored; whatever else is answered, the sender sends again.

    401 not signed, 404 no such channel, 413 too large, 429 too many wait already, 503 too busy to
    store it.
    """
    adapter = CHANNELS.get(channel)
    shop = queries.find_channel(kind=channel, account=account) if adapter else None
    if adapter is None or shop is None:
        return _answer(404, "There is no such channel.")
    if request.method == "GET":
        return _greet(request, adapter, shop)
    body = _body(request)
    if body is None:
        return _answer(413, f"Larger than {LARGEST_DOCUMENT // 1024 // 1024} MiB.")
    if GREETING.fullmatch(body):
        return _answer(200, "Hello. Documents are taken when they are signed.")
    if not adapter.is_signed(_delivery(request, body, shop, adapter)):
        return _answer(401, "The signature does not fit.")
    if not sources.has_room(shop.pk):
        return _too_many()
    try:
        document = services.receive_document(
            channel=shop,
            content=body,
            topic=_header(request, adapter.topic_header),
            source=_source(request, adapter),
            actor=WEBHOOK,
            op_id=uuid4(),
            now=clock.now(shop.partner),
        )
    except TryAgain as busy:
        return _answer(busy.status, busy.message)
    tasks.wake()
    return JsonResponse({"receipt": document.public_id})


def _greet(request: HttpRequest, adapter: ChannelAdapter, shop: Channel) -> HttpResponse:
    """A channel that wants to see first that somebody is there who knows the secret."""
    challenge = request.GET.get("challenge_code", "")
    secrets = queries.list_live_secrets(shop)
    if adapter.answer is None or not secrets or not 0 < len(challenge) <= LONGEST_CHALLENGE:
        return _answer(405, "Documents are sent here by POST.")
    address = request.build_absolute_uri(request.path)
    return JsonResponse(adapter.answer(challenge, address, secrets[0]))


def _token(shop: Channel, adapter: ChannelAdapter) -> bytes | None:
    """What the channel's keys are asked for with; without one, those that want none are had."""
    secret = queries.get_access_token(shop)
    try:
        return None if secret is None else tokens.get_token(secret, adapter.grant)
    except (tokens.NoToken, egress.AddressForbidden, egress.Unreachable):
        return None


def _too_many() -> HttpResponse:
    """Nothing is kept and nothing is lost: the sender keeps it and comes again."""
    answer = _answer(429, "Too many documents wait already. Please send it again later.")
    answer["Retry-After"] = str(sources.seconds_until_room())
    return answer


def _delivery(
    request: HttpRequest, body: bytes, shop: Channel, adapter: ChannelAdapter
) -> Delivery:
    return Delivery(
        headers=request.headers,
        body=body,
        address=request.build_absolute_uri(),
        secrets=queries.list_live_secrets(shop),
        now=clock.now(shop.partner),
        fetch=keys.fetch,
        token=partial(_token, shop, adapter),
    )


def _body(request: HttpRequest) -> bytes | None:
    try:
        body = request.body
    except RequestDataTooBig:
        return None
    return body if len(body) <= LARGEST_DOCUMENT else None


def _header(request: HttpRequest, name: str) -> str:
    return request.headers.get(name, "").replace("\x00", "")


def _source(request: HttpRequest, adapter: ChannelAdapter) -> str:
    return _header(request, adapter.delivery_header) or "webhook"


def _answer(status: int, message: str) -> HttpResponse:
    return JsonResponse({"message": message}, status=status)
