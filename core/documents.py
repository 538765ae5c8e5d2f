"""Bytes about people, each under a key of its own, so that forgetting one is destroying a key.

AES-256-GCM twice: the content under the document's key, that key under ``settings.DATA_KEY``.
Both are bound to their row (as associated data), so a ciphertext copied to another row is not
read there. Backups that still hold the content are unreadable once the key table is pruned.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from core import bulk
from core.errors import DomainError
from core.models import DocumentKey, EncryptedDocument
from core.transactions import requires_transaction

_KEY_BYTES = 32
_NONCE_BYTES = 12


class DocumentErased(DomainError):
    """Its key was destroyed: nobody can read the document any more, and that was the intent."""

    code = "document_erased"
    status = 410


class DocumentUnreadable(DomainError):
    """The key does not open it: another data key, or the row was tampered with."""

    code = "document_unreadable"
    status = 500


@dataclass(frozen=True, slots=True)
class Sealed:
    """A document that is encrypted and not kept yet, with its key in the clear."""

    document: EncryptedDocument
    key: bytes


@requires_transaction
def store(
    *,
    partner_id: int,
    kind: str,
    person: str,
    content: bytes,
    content_type: str,
    now: dt.datetime,
) -> EncryptedDocument:
    """Encrypt `content` and keep it; `person` (``customer:12`` or blank) finds it for erasure."""
    sealed = seal(
        partner_id=partner_id,
        kind=kind,
        person=person,
        content=content,
        content_type=content_type,
        now=now,
    )
    sealed.document.save()
    DocumentKey.objects.create(document=sealed.document, wrapped=wrap(sealed))
    return sealed.document


@requires_transaction
def store_many(*, sealed: Sequence[Sealed]) -> None:
    """Keep documents that were encrypted before and have their ids, by two statements."""
    bulk.insert([one.document for one in sealed], have_ids=True)
    keys = [bulk.make(DocumentKey, document=one.document, wrapped=wrap(one)) for one in sealed]
    bulk.insert(keys, have_ids=True)


def seal(
    *,
    partner_id: int,
    kind: str,
    person: str,
    content: bytes,
    content_type: str,
    now: dt.datetime,
) -> Sealed:
    """Encrypt `content` without keeping it."""
    key = secrets.token_bytes(_KEY_BYTES)
    document = bulk.make(
        EncryptedDocument,
        partner_id=partner_id,
        kind=kind,
        person=person,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content_type=content_type,
        stored_at=now,
    )
    document.ciphertext = _seal(key, content, _content_bond(document))
    return Sealed(document, key)


def wrap(sealed: Sealed) -> bytes:
    """The key of a document, encrypted and bound to the row that has its id by now."""
    return _seal(_data_key(), sealed.key, _key_bond(sealed.document))


def read(document: EncryptedDocument) -> bytes:
    """The content. Raises `DocumentErased` after its key is gone, `DocumentUnreadable` on harm."""
    kept = document.key
    if kept.destroyed_at is not None:
        raise DocumentErased("The personal data in this document has been erased.")
    try:
        key = _open(_data_key(), bytes(kept.wrapped), _key_bond(document))
        return _open(key, bytes(document.ciphertext), _content_bond(document))
    except InvalidTag as error:
        raise DocumentUnreadable("This document cannot be decrypted.") from error


@requires_transaction
def attribute(*, document: EncryptedDocument, person: str) -> None:
    """Say whom a document is about, once that is known (a webhook is stored before it is read)."""
    document.person = person
    document.save(update_fields=["person"])


@requires_transaction
def attribute_many(*, people: Sequence[tuple[EncryptedDocument, str]]) -> None:
    """Say whom each of many documents is about, by one statement."""
    for document, person in people:
        document.person = person
    bulk.update([document for document, _ in people], ["person"])


@requires_transaction
def destroy(*, document: EncryptedDocument, now: dt.datetime) -> None:
    """Erase one document by destroying its key; the row, its hash and its size stay."""
    destroy_all(documents=[document.pk], now=now)


@requires_transaction
def destroy_of_person(*, partner_id: int, person: str, now: dt.datetime) -> int:
    """Erase every document about `person`; returns how many could still be read."""
    if not person:
        raise ValueError("whose documents?")
    found = EncryptedDocument.objects.for_partner(partner_id).filter(person=person)
    return destroy_all(documents=list(found.values_list("pk", flat=True)), now=now)


@requires_transaction
def destroy_all(*, documents: list[int], now: dt.datetime) -> int:
    """Destroy the keys of documents named by id; returns how many there still were."""
    keys = DocumentKey.objects.filter(document_id__in=documents, destroyed_at__isnull=True)
    return keys.update(wrapped=b"", destroyed_at=now)


def _seal(key: bytes, content: bytes, bond: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, bond)


def _open(key: bytes, sealed: bytes, bond: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bond)


def _content_bond(document: EncryptedDocument) -> bytes:
    return f"{document.partner_id}|{document.kind}|{document.sha256}".encode()


def _key_bond(document: EncryptedDocument) -> bytes:
    return f"document:{document.pk}".encode()


def _data_key() -> bytes:
    key = base64.urlsafe_b64decode(settings.DATA_KEY)
    if len(key) != _KEY_BYTES:
        raise ValueError("SWAPDESK_DATA_KEY must be 32 bytes in URL-safe base64")
    return key
