"""Where partners' programs listen: opened, given secrets, paused, enabled again."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from core import documents
from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.events import record, reference
from core.models import EventSeal
from core.operations import operation
from core.transactions import opens_transaction
from notifications import locks
from notifications.models import WebhookEndpoint, WebhookSecret

MOST_LIVE_SECRETS = 2
MOST_KINDS = 40
_KIND = re.compile(r"[a-z_]{1,30}\.(\*|[a-z_]{1,30})")


class TooManySecrets(ActionBlocked):
    """Two secrets are live: the old one has to be retired before a third is added."""

    code = "too_many_secrets"


@operation("webhook.open_endpoint")
def open_endpoint(
    *,
    partner_id: int,
    name: str,
    url: str,
    kinds: Sequence[str],
    channel: str,
    keeps_books: bool,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> WebhookEndpoint:
    """Tell `url` of what happens from now on. Raises `BadInput` naming the field.

    Nothing is sent before it has a secret to sign with.
    """
    _check(name=name, url=url, kinds=kinds)
    named = WebhookEndpoint.objects.for_partner(partner_id).filter(name=name.strip())
    if named.exists():
        raise BadInput(f"There is an endpoint “{name.strip()}” already.", field="name")
    endpoint = WebhookEndpoint.objects.create(
        partner_id=partner_id,
        name=name.strip(),
        url=url,
        kinds=sorted(set(kinds)),
        channel=channel,
        keeps_books=keeps_books,
        made_at=now,
        read_up_to=_last_seal(),
    )
    _record(endpoint, "opened", actor=actor, now=now, op_id=op_id)
    return endpoint


@operation("webhook.change_endpoint")
def change_endpoint(
    *,
    endpoint_id: int,
    url: str,
    kinds: Sequence[str],
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> WebhookEndpoint:
    """Send elsewhere, or of other things, from now on. What waits goes to the new address too."""
    endpoint = locks.lock_endpoint(endpoint_id)
    _check(name=endpoint.name, url=url, kinds=kinds)
    endpoint.url, endpoint.kinds = url, sorted(set(kinds))
    endpoint.save(update_fields=["url", "kinds"])
    _record(endpoint, "changed", actor=actor, now=now, op_id=op_id)
    return endpoint


@opens_transaction
def add_secret(
    *, endpoint: WebhookEndpoint, secret: str, actor: Actor, op_id: UUID, now: dt.datetime
) -> WebhookSecret:
    """Keep what messages are signed with, encrypted. Two may be live, to change without a gap.

    Not an `operation`: its arguments would be kept as a hash, and a secret leaves no trace.
    """
    if len(secret.strip()) < 16:
        raise BadInput("A secret has at least 16 characters.", field="secret")
    locks.lock_endpoint(endpoint.pk)
    if endpoint.secrets.filter(retired_at=None).count() >= MOST_LIVE_SECRETS:
        raise TooManySecrets("Two secrets are live already. Retire the older one first.")
    kept = documents.store(
        partner_id=endpoint.partner_id,
        kind="webhook_secret",
        person="",
        content=secret.strip().encode(),
        content_type="text/plain",
        now=now,
    )
    added = WebhookSecret.objects.create(
        partner_id=endpoint.partner_id, endpoint=endpoint, secret=kept, added_at=now
    )
    _record(endpoint, "secret_added", actor=actor, now=now, op_id=op_id)
    return added


@operation("webhook.retire_secret")
def retire_secret(*, secret_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> WebhookSecret:
    """Stop signing with a secret, and destroy it."""
    secret = WebhookSecret.objects.select_related("secret", "endpoint").get(pk=secret_id)
    locks.lock_endpoint(secret.endpoint_id)
    secret.retired_at = secret.retired_at or now
    secret.save(update_fields=["retired_at"])
    documents.destroy(document=secret.secret, now=now)
    _record(secret.endpoint, "secret_retired", actor=actor, now=now, op_id=op_id)
    return secret


@operation("webhook.pause_endpoint")
def pause_endpoint(
    *, endpoint_id: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> WebhookEndpoint:
    """Send nothing until resumed. What happens meanwhile is kept, in order."""
    endpoint = locks.lock_endpoint(endpoint_id)
    if endpoint.paused_at is None:
        endpoint.paused_at = now
        endpoint.save(update_fields=["paused_at"])
        _record(endpoint, "paused", actor=actor, now=now, op_id=op_id)
    return endpoint


@operation("webhook.resume_endpoint")
def resume_endpoint(
    *, endpoint_id: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> WebhookEndpoint:
    """Send again, at once: whoever resumes one that rested believes it is back."""
    endpoint = locks.lock_endpoint(endpoint_id)
    endpoint.paused_at = None
    _wake(endpoint)
    endpoint.save()
    _record(endpoint, "resumed", actor=actor, now=now, op_id=op_id)
    return endpoint


@operation("webhook.enable_endpoint")
def enable_endpoint(
    *, endpoint_id: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> WebhookEndpoint:
    """Try one again that was given up. What it missed was kept and follows in order."""
    endpoint = locks.lock_endpoint(endpoint_id)
    endpoint.disabled_at = None
    _wake(endpoint)
    endpoint.save()
    _record(endpoint, "enabled", actor=actor, now=now, op_id=op_id)
    return endpoint


def _wake(endpoint: WebhookEndpoint) -> None:
    endpoint.failures, endpoint.last_error = 0, ""
    endpoint.failing_since = endpoint.resting_until = endpoint.warned_at = None


def _check(*, name: str, url: str, kinds: Sequence[str]) -> None:
    if not name.strip():
        raise BadInput("Say which program listens there.", field="name")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise BadInput("This is no address on the web.", field="url") from None
    on_this_machine = settings.OUTGOING_TO_LOOPBACK and parts.scheme == "http"
    if not parts.hostname or (parts.scheme != "https" and not on_this_machine):
        raise BadInput("The address begins with https://.", field="url")
    if not kinds or len(kinds) > MOST_KINDS:
        raise BadInput(f"Choose 1 to {MOST_KINDS} kinds of events.", field="kinds")
    wrong = next((kind for kind in kinds if not _KIND.fullmatch(kind)), None)
    if wrong is not None:
        raise BadInput(f"“{wrong}” is no kind of event.", field="kinds")


def _last_seal() -> int:
    last = EventSeal.objects.order_by("-sequence").values_list("sequence", flat=True).first()
    return int(last or 0)


def _record(
    endpoint: WebhookEndpoint, happened: str, *, actor: Actor, now: dt.datetime, op_id: UUID
) -> None:
    record(
        kind=f"webhook.{happened}",
        partner_id=endpoint.partner_id,
        subject=reference(endpoint),
        actor=actor,
        op_id=op_id,
        now=now,
        data={"endpoint": endpoint.public_id, "kinds": endpoint.kinds},
    )
