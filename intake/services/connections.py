"""Channels that documents come from, and the secrets their webhooks are signed with."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core import documents
from core.actors import Actor
from core.errors import ActionBlocked
from core.events import record, reference
from core.models import Partner
from core.operations import operation
from core.transactions import opens_transaction
from intake.channels import get_adapter
from intake.models import ChannelSecret, SourcePoll
from intake.states import SecretPurpose
from orders.models import Channel

MOST_LIVE_SECRETS = 2


class TooManySecrets(ActionBlocked):
    """Two secrets are live: the old one has to be retired before a third is added."""

    code = "too_many_secrets"


@operation("intake.open_channel")
def open_channel(*, kind: str, account: str, actor: Actor, op_id: UUID, now: datetime) -> Channel:
    """The house's channel of this kind and account, made when there is none.

    Raises UnknownChannel for a kind without an adapter.
    """
    adapter = get_adapter(kind)
    house, _ = Partner.objects.get_or_create(
        is_house=True, defaults={"code": "house", "name": "House"}
    )
    channel, is_new = Channel.objects.get_or_create(
        partner=house,
        kind=adapter.name,
        account=account,
        defaults={
            "code": f"{adapter.name}-{account}".strip("-")[:40].rstrip("-"),
            "name": f"{adapter.title} {account}".strip()[:120],
        },
    )
    if is_new:
        record(
            kind="channel.opened",
            partner_id=house.pk,
            subject=reference(channel),
            actor=actor,
            op_id=op_id,
            now=now,
            data={"kind": kind, "code": channel.code},
        )
    return channel


@opens_transaction
def add_secret(
    *,
    channel: Channel,
    secret: str,
    actor: Actor,
    op_id: UUID,
    now: datetime,
    purpose: str = SecretPurpose.SIGNING,
) -> ChannelSecret:
    """Keep a webhook secret, encrypted. Two may be live, so that one is changed without a gap.

    Not an `operation`: its arguments would be kept as a hash, and a secret leaves no trace.
    """
    live = channel.secrets.filter(retired_at=None, purpose=purpose)
    if live.count() >= MOST_LIVE_SECRETS:
        raise TooManySecrets("Two secrets are live already. Retire the older one first.")
    kept = documents.store(
        partner_id=channel.partner_id,
        kind="webhook_secret",
        person="",
        content=secret.encode(),
        content_type="text/plain",
        now=now,
    )
    added = ChannelSecret.objects.create(
        partner_id=channel.partner_id,
        channel=channel,
        purpose=purpose,
        secret=kept,
        added_at=now,
    )
    _record_secret("channel.secret_added", added, actor=actor, op_id=op_id, now=now)
    if purpose == SecretPurpose.ACCESS:
        _begin_asking(channel, now)
    return added


def _begin_asking(channel: Channel, now: datetime) -> None:
    """A channel that can be asked is asked from now on, for all that it can be asked for."""
    for poll in get_adapter(channel.kind).polls:
        if not poll.wants_address:
            SourcePoll.objects.get_or_create(
                channel=channel,
                what=poll.what,
                defaults={"partner_id": channel.partner_id, "due_at": now},
            )


@operation("intake.retire_secret")
def retire_secret(*, secret_id: int, actor: Actor, op_id: UUID, now: datetime) -> ChannelSecret:
    """Stop accepting a secret and destroy it."""
    secret = ChannelSecret.objects.select_related("secret", "channel").get(pk=secret_id)
    secret.retired_at = secret.retired_at or now
    secret.save(update_fields=["retired_at"])
    documents.destroy(document=secret.secret, now=now)
    _record_secret("channel.secret_retired", secret, actor=actor, op_id=op_id, now=now)
    return secret


def _record_secret(
    kind: str, secret: ChannelSecret, *, actor: Actor, op_id: UUID, now: datetime
) -> None:
    record(
        kind=kind,
        partner_id=secret.partner_id,
        subject=reference(secret),
        actor=actor,
        op_id=op_id,
        now=now,
        data={"channel": secret.channel.code},
    )
