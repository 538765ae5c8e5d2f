"""How each endpoint fares, and what has not been acknowledged."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Q, QuerySet

from core import documents
from core.models import User
from core.roles import Permission
from notifications.models import WebhookEndpoint, WebhookMessage
from notifications.states import UNACKNOWLEDGED, WebhookState

_COUNTS = {
    "queued": Count("pk", filter=Q(state=WebhookState.QUEUED)),
    "taken": Count("pk", filter=Q(state=WebhookState.TAKEN)),
    "dead": Count("pk", filter=Q(state=WebhookState.DEAD)),
    "oldest_at": Min("queued_at", filter=Q(state=WebhookState.QUEUED)),
}


@dataclass(frozen=True, slots=True)
class EndpointHealth:
    """One endpoint at a glance. `oldest_at` is when the oldest waiting message was queued."""

    endpoint: WebhookEndpoint
    queued: int
    taken: int
    dead: int
    oldest_at: dt.datetime | None

    @property
    def is_failing(self) -> bool:
        return self.endpoint.failures > 0

    @property
    def needs_a_person(self) -> bool:
        return self.dead > 0 or self.endpoint.disabled_at is not None


def list_endpoints(*, user: User) -> list[EndpointHealth]:
    """The endpoints whose partner's machinery `user` may run, by name."""
    found = WebhookEndpoint.objects.visible_to(user, Permission.RUN_MACHINERY)
    counted = found.select_related("partner").annotate(
        queued=Count("messages", filter=Q(messages__state=WebhookState.QUEUED)),
        taken=Count("messages", filter=Q(messages__state=WebhookState.TAKEN)),
        dead=Count("messages", filter=Q(messages__state=WebhookState.DEAD)),
        oldest_at=Min("messages__queued_at", filter=Q(messages__state=WebhookState.QUEUED)),
    )
    return [
        EndpointHealth(each, each.queued, each.taken, each.dead, each.oldest_at)
        for each in counted.order_by("name")
    ]


def describe_endpoint(endpoint: WebhookEndpoint) -> EndpointHealth:
    """How one endpoint fares."""
    counts = endpoint.messages.aggregate(**_COUNTS)
    return EndpointHealth(endpoint=endpoint, **counts)


def list_endpoints_to_feed() -> list[int]:
    """Ids of the endpoints that are told of what happens, whether or not they answer now."""
    return list(WebhookEndpoint.objects.order_by("pk").values_list("pk", flat=True))


def list_unacknowledged(*, user: User) -> QuerySet[WebhookMessage]:
    """What shops that follow our books have not confirmed yet, oldest first."""
    found = WebhookMessage.objects.visible_to(user, Permission.RUN_MACHINERY).filter(
        endpoint__keeps_books=True, state__in=UNACKNOWLEDGED
    )
    return found.select_related("endpoint").order_by("queued_at", "pk")


def list_live_secrets(endpoint: WebhookEndpoint) -> list[bytes]:
    """What messages are signed with at present, newest first."""
    live = endpoint.secrets.filter(retired_at=None).select_related("secret__key")
    return [documents.read(each.secret) for each in live.order_by("-added_at", "-pk")]
