"""The same call twice, in a row and at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client

from api import repeating
from api.models import SavedAnswer
from core.models import EncryptedDocument, Operation
from inventory.models import Allocation, StockLevel
from tests.api.calls import ROOT, post, problem_of
from tests.api.test_allocations import line
from tests.concurrency.races import race
from tests.factories.keys import make_key, program
from tests.factories.people import make_partner
from tests.factories.stock import make_location, make_product, make_stock, make_variant

BODY = {"lines": [line()]}


class TestARepetition:
    def test_gets_the_first_answer_and_changes_nothing(
        self, shop: Client, level: StockLevel
    ) -> None:
        first, second = (post(shop, "allocations", BODY, key="k") for _ in range(2))
        assert (first.status_code, first.content) == (second.status_code, second.content)
        assert "Idempotent-Replayed" not in first
        assert second["Idempotent-Replayed"] == "true"
        assert Operation.objects.filter(kind="inventory.allocate_stock").count() == 1

    def test_of_a_refusal_gets_the_refusal(self, shop: Client, level: StockLevel) -> None:
        wish = {"lines": [line(quantity=9)]}
        first = post(shop, "allocations", wish, key="k")
        StockLevel.objects.update(available=50)
        second = post(shop, "allocations", wish, key="k")
        assert problem_of(first, 409)["code"] == "out_of_stock"
        assert second.content == first.content
        assert second["Content-Type"] == "application/problem+json"

    def test_with_another_body_is_refused(self, shop: Client, level: StockLevel) -> None:
        post(shop, "allocations", BODY, key="k")
        other = post(shop, "allocations", {"lines": [line("web-2")]}, key="k")
        elsewhere = post(shop, "allocations/web-1/cancel", key="k")
        assert problem_of(other, 422)["code"] == "idempotency_key_reused"
        assert problem_of(elsewhere, 422)["code"] == "idempotency_key_reused"

    def test_that_only_looks_different_is_the_same(self, shop: Client, level: StockLevel) -> None:
        said = ('{"lines":[{"sku":"RED-M","reference":"w","quantity":1}]}', '{"lines": [\n%s]}')
        same = '{"quantity": 1, "reference": "w", "sku": "RED-M"}'
        headers = {"idempotency-key": "k"}
        answers = [
            shop.post(f"{ROOT}allocations", body, content_type="application/json", headers=headers)
            for body in (said[0], said[1] % same)
        ]
        assert [answer.status_code for answer in answers] == [201, 201]

    def test_may_mend_what_was_wrong_with_the_call(self, shop: Client, level: StockLevel) -> None:
        assert post(shop, "allocations", {"lines": []}, key="k").status_code == 400
        assert post(shop, "allocations", BODY, key="k").status_code == 201

    def test_of_another_partner_is_another_call(self, shop: Client, level: StockLevel) -> None:
        other = make_partner("rival")
        theirs = make_variant("RED-M", product=make_product(other))
        make_stock(theirs, make_location("FAR", partner=other), available=9)
        answers = [
            post(client, "allocations", BODY, key="k")
            for client in (shop, program(make_key(partner=other)))
        ]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert Allocation.objects.count() == 2

    def test_is_saved_unreadable(self, shop: Client, level: StockLevel) -> None:
        post(shop, "allocations", BODY, key="k")
        document = EncryptedDocument.objects.get(kind="api_answer")
        assert b"web-1" not in bytes(document.ciphertext)

    @pytest.mark.parametrize("key", [None, "", "x" * 256, "a\x01b"])
    def test_needs_a_key(self, shop: Client, level: StockLevel, key: str | None) -> None:
        headers = {} if key is None else {"idempotency-key": key}
        answer = shop.post(
            f"{ROOT}allocations", BODY, content_type="application/json", headers=headers
        )
        assert problem_of(answer, 400)["code"] == "idempotency_key_needed"

    def test_after_a_fault_does_the_whole_again(self, shop: Client, level: StockLevel) -> None:
        with mock.patch.object(repeating, "_save", side_effect=RuntimeError("died here")):
            assert post(shop, "allocations", BODY, key="k").status_code == 500
        assert not Allocation.objects.exists()
        assert not SavedAnswer.objects.exists()
        assert post(shop, "allocations", BODY, key="k").status_code == 201


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    TWINS = 32

    def send(self, client: Client, key: str) -> list[Any]:
        finishes = race(
            [lambda: post(client, "allocations", BODY, key=key) for _ in range(self.TWINS)]
        )
        assert all(finish.won for finish in finishes)
        return [finish.value for finish in finishes]

    def test_is_one_effect_and_one_answer(self, shop: Client, level: StockLevel) -> None:
        answers = self.send(shop, "k")
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        level.refresh_from_db()
        assert (level.available, level.allocated) == (3, 2)

    def test_without_the_unique_key_is_many_effects(
        self, shop: Client, level: StockLevel, loose: None
    ) -> None:
        """The control: keys that are not kept, and references that are no shield."""
        StockLevel.objects.update(available=1_000)
        self.send(shop, "k")
        level.refresh_from_db()
        assert level.allocated > 2

    def test_waits_no_longer_than_a_moment(self, shop: Client, level: StockLevel) -> None:
        partner, request = level.partner_id, "0" * 64
        with mock.patch.object(repeating, "LONGEST_WAIT", "50ms"), transaction.atomic():
            SavedAnswer.objects.create(
                partner_id=partner,
                idempotency_key="k",
                request_hash=request,
                made_at="2026-01-01T00:00Z",
            )
            (finish,) = race([lambda: post(shop, "allocations", BODY, key="k")])
            transaction.set_rollback(True)
        assert problem_of(finish.value, 409)["code"] == "in_flight"
        assert finish.value["Retry-After"] == "1"


@pytest.fixture
def loose() -> Iterator[None]:
    """Every call under a key and references of its own, whatever the caller said."""

    def forgetful(view: Any) -> str:
        for each in view.request.data["lines"]:
            each["reference"] = uuid4().hex
        return uuid4().hex

    with mock.patch.object(repeating, "_key_of", forgetful):
        yield
    connection.close()
