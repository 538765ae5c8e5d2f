from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from core import documents
from core.models import DocumentKey, EncryptedDocument
from tests.factories.people import make_partner

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
LETTER = "Dear Ана Ковачевић, 42 Ćirilo St".encode()

pytestmark = pytest.mark.django_db


def store(content: bytes = LETTER, person: str = "customer:12", **fields: Any) -> EncryptedDocument:
    return documents.store(
        partner_id=fields.get("partner", make_partner()).pk,
        kind="letter",
        person=person,
        content=content,
        content_type="text/plain",
        now=NOW,
    )


class TestStore:
    def test_gives_back_what_it_was_given(self) -> None:
        assert documents.read(EncryptedDocument.objects.get(pk=store().pk)) == LETTER

    def test_leaves_nothing_readable_in_the_row(self) -> None:
        row = EncryptedDocument.objects.get(pk=store().pk)
        assert LETTER not in bytes(row.ciphertext)
        assert row.size == len(LETTER)

    def test_gives_equal_contents_different_keys_and_ciphertexts(self) -> None:
        first, second = store(), store()
        assert first.sha256 == second.sha256
        assert bytes(first.ciphertext) != bytes(second.ciphertext)
        assert bytes(first.key.wrapped) != bytes(second.key.wrapped)


class TestRead:
    def test_refuses_a_ciphertext_moved_from_another_row(self) -> None:
        victim, other = store(b"mine"), store(b"yours")
        EncryptedDocument.objects.filter(pk=victim.pk).update(ciphertext=other.ciphertext)
        DocumentKey.objects.filter(pk=victim.pk).update(wrapped=other.key.wrapped)
        with pytest.raises(documents.DocumentUnreadable):
            documents.read(EncryptedDocument.objects.get(pk=victim.pk))

    def test_refuses_under_another_data_key(self, settings: Any) -> None:
        row = store()
        settings.DATA_KEY = "B" * 43 + "="
        with pytest.raises(documents.DocumentUnreadable):
            documents.read(row)


class TestDestroy:
    def test_makes_the_content_unreadable_and_keeps_the_row(self) -> None:
        row = store()
        documents.destroy(document=row, now=NOW)
        kept = EncryptedDocument.objects.get(pk=row.pk)
        assert (kept.sha256, bytes(kept.key.wrapped)) == (row.sha256, b"")
        with pytest.raises(documents.DocumentErased):
            documents.read(kept)

    def test_of_a_person_touches_nobody_else(self) -> None:
        store(), store()
        other, elsewhere = store(person="customer:13"), store(partner=make_partner("acme"))
        house = make_partner().pk
        erased = documents.destroy_of_person(partner_id=house, person="customer:12", now=NOW)
        assert erased == 2
        assert documents.read(EncryptedDocument.objects.get(pk=other.pk)) == LETTER
        assert documents.read(EncryptedDocument.objects.get(pk=elsewhere.pk)) == LETTER

    def test_twice_is_once(self) -> None:
        row = store()
        documents.destroy(document=row, now=NOW)
        assert documents.destroy_all(documents=[row.pk], now=NOW) == 0
