"""Accounts with payment providers: opened, given secrets, closed."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import F

from core import documents
from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.events import record, reference
from core.models import EncryptedDocument
from core.transactions import opens_transaction
from payments.gateways import GATEWAYS
from payments.models import ProviderAccount, ProviderSecret

MOST_LIVE_SECRETS = 2


class TooManySecrets(ActionBlocked):
    """Two secrets are live: the old one has to be retired before a third is added."""

    code = "too_many_secrets"


@opens_transaction
def open_account(
    *,
    partner_id: int,
    adapter: str,
    label: str,
    api_key: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> ProviderAccount:
    """Connect a provider. New payments are taken by it unless another one is the default.

    Not an `operation`: its arguments would be kept as a hash, and a key leaves no trace.
    """
    if adapter not in GATEWAYS:
        raise BadInput(f"There is no provider “{adapter}”.", field="adapter")
    if ProviderAccount.objects.filter(partner=partner_id, adapter=adapter).exists():
        raise BadInput("This provider is connected already.", field="adapter")
    others = ProviderAccount.objects.filter(partner=partner_id, is_default=True, closed_at=None)
    account = ProviderAccount.objects.create(
        partner_id=partner_id,
        adapter=adapter,
        label=label or adapter.capitalize(),
        api_key=_keep(partner_id, "provider_key", api_key, now) if api_key else None,
        is_default=not others.exists(),
        opened_at=now,
    )
    _tell(account, "opened", actor=actor, now=now, op_id=op_id)
    return account


@opens_transaction
def add_notice_secret(
    *, account: ProviderAccount, secret: str, actor: Actor, op_id: UUID, now: dt.datetime
) -> ProviderSecret:
    """Keep what the provider signs its notices with, encrypted. Two may be live at once."""
    if not secret.strip():
        raise BadInput("A secret has at least one character.", field="secret")
    if account.secrets.filter(retired_at=None).count() >= MOST_LIVE_SECRETS:
        raise TooManySecrets("Two secrets are live already. Retire the older one first.")
    kept = _keep(account.partner_id, "provider_secret", secret, now)
    added: ProviderSecret = ProviderSecret.objects.create(
        partner_id=account.partner_id, account=account, secret=kept, added_at=now
    )
    _tell(account, "secret_added", actor=actor, now=now, op_id=op_id)
    return added


@opens_transaction
def retire_notice_secret(
    *, secret: ProviderSecret, actor: Actor, op_id: UUID, now: dt.datetime
) -> ProviderSecret:
    """Stop accepting what is signed with a secret, and destroy it."""
    secret.retired_at = secret.retired_at or now
    secret.save(update_fields=["retired_at"])
    documents.destroy(document=secret.secret, now=now)
    _tell(secret.account, "secret_retired", actor=actor, now=now, op_id=op_id)
    return secret


@opens_transaction
def count_forged_notice(*, account_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> None:
    """A notice came whose signature does not fit: all that is kept of it is that it came."""
    ProviderAccount.objects.filter(pk=account_id).update(forged=F("forged") + 1)


def _keep(partner_id: int, kind: str, secret: str, now: dt.datetime) -> EncryptedDocument:
    return documents.store(
        partner_id=partner_id,
        kind=kind,
        person="",
        content=secret.encode(),
        content_type="text/plain",
        now=now,
    )


def _tell(
    account: ProviderAccount, happened: str, *, actor: Actor, now: dt.datetime, op_id: UUID
) -> None:
    record(
        kind=f"provider.{happened}",
        partner_id=account.partner_id,
        subject=reference(account),
        actor=actor,
        op_id=op_id,
        now=now,
        data={"account": account.public_id, "adapter": account.adapter},
    )
