"""Keys: made, replaced without a gap, revoked."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from api.editions import newest
from api.locks import lock_partner
from api.models import CALLS_PER_MINUTE, ApiKey
from api.scopes import Scope
from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.events import record, reference
from core.numbers import ALPHABET
from core.operations import operation
from core.transactions import opens_transaction

MOST_LIVE_KEYS = 2
PREFIX_LENGTH, SECRET_LENGTH = 8, 32  # characters of five bits


class TooManyKeys(ActionBlocked):
    """Two keys of this name are live: the old one is revoked before a third is made."""

    code = "too_many_keys"


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key. `secret` is what the program sends, and is known only here."""

    key: ApiKey
    secret: str = field(repr=False)


@opens_transaction
def issue_key(
    *,
    partner_id: int,
    name: str,
    scopes: Collection[str],
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    expires_at: dt.datetime | None = None,
    calls_per_minute: int = CALLS_PER_MINUTE,
) -> IssuedKey:
    """Make a key and tell it this once.

    Not an `operation`: a repetition would have to be given the secret again, and it is gone.
    Raises `TooManyKeys` while two of the name are live.
    """
    _check(name, scopes, expires_at, now)
    partner = lock_partner(partner_id)
    named = ApiKey.objects.for_partner(partner).filter(name=name)
    if sum(key.is_live(now) for key in named) >= MOST_LIVE_KEYS:
        raise TooManyKeys(f"Two keys of “{name}” are live already. Revoke the older one first.")
    prefix = f"sk_{'test' if partner.is_sandbox else 'live'}_{_chance(PREFIX_LENGTH)}"
    secret = f"{prefix}_{_chance(SECRET_LENGTH)}"
    key = ApiKey.objects.create(
        partner=partner,
        name=name,
        prefix=prefix,
        secret_hash=hash_of(secret),
        scopes=sorted(set(scopes)),
        calls_per_minute=calls_per_minute,
        calls_left=calls_per_minute,
        edition=newest().name,
        made_at=now,
        made_by=actor.ref,
        expires_at=expires_at,
    )
    _record("api_key.made", key, actor=actor, op_id=op_id, now=now)
    return IssuedKey(key, secret)


@opens_transaction
def rotate_key(*, key_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> IssuedKey:
    """A second key for the same program, to the same scopes and for as long as the first had.

    The first goes on until it is revoked, so that the program changes without a gap. Raises
    `TooManyKeys` while two are live.
    """
    old: ApiKey = ApiKey.objects.get(pk=key_id)
    lifetime = old.expires_at - old.made_at if old.expires_at else None
    return issue_key(
        partner_id=old.partner_id,
        name=old.name,
        scopes=old.scopes,
        calls_per_minute=old.calls_per_minute,
        expires_at=now + lifetime if lifetime else None,
        actor=actor,
        op_id=op_id,
        now=now,
    )


def _check(
    name: str, scopes: Collection[str], expires_at: dt.datetime | None, now: dt.datetime
) -> None:
    if not name.strip():
        raise BadInput("Say which program the key is for.", field="name")
    if not scopes or set(scopes) - set(Scope.values):
        raise BadInput(f"Choose scopes among {', '.join(Scope.values)}.", field="scopes")
    if expires_at is not None and expires_at <= now:
        raise BadInput("The key would have expired already.", field="expires_at")


def _chance(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length)).lower()


def hash_of(secret: str) -> str:
    """A key is 160 bits of chance, so nothing slower than SHA-256 is needed to guard it."""
    return hashlib.sha256(secret.encode()).hexdigest()


@operation("api.revoke_key")
def revoke_key(*, key_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> ApiKey:
    """Close the door to a key, at once and for ever."""
    key: ApiKey = ApiKey.objects.get(pk=key_id)
    lock_partner(key.partner_id)
    key.refresh_from_db()
    if key.revoked_at is None:
        key.revoked_at = now
        key.save(update_fields=["revoked_at"])
        _record("api_key.revoked", key, actor=actor, op_id=op_id, now=now)
    return key


def _record(kind: str, key: ApiKey, *, actor: Actor, op_id: UUID, now: dt.datetime) -> None:
    record(
        kind=kind,
        partner_id=key.partner_id,
        subject=reference(key),
        actor=actor,
        op_id=op_id,
        now=now,
        data={"prefix": key.prefix, "scopes": key.scopes},
    )
