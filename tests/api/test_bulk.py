"""Many returns in one call: each in its own transaction, each told of."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from core import clock, jobs
from core.models import EncryptedDocument, Job
from returns.models import Return
from tests.api.calls import get, post, problem_of
from tests.api.test_returns import line_of
from tests.factories.desk import make_swap_today
from tests.factories.swaps import Swap

pytestmark = pytest.mark.django_db


@pytest.fixture
def swap() -> Swap:
    return make_swap_today(quantity=2, net="80.00", tax="6.40")


def body_of(swap: Swap, **more: Any) -> dict[str, Any]:
    items = {"good": line_of(swap, comment="Ana's words"), "too many": line_of(swap, quantity=9)}
    items["unknown"] = line_of(swap, order="ord_none")
    return {"returns": [{"key": key, "lines": [line]} for key, line in items.items()]} | more


def carry_out(shop: Client, body: dict[str, Any], **how: Any) -> Any:
    answer = post(shop, "bulk/returns", body, **how)
    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    jobs.run(Job.objects.latest("pk").pk, now=clock.now())
    return get(shop, f"bulk/{answer.json()['id']}").json()


class TestABulk:
    def test_opens_what_can_be_and_says_of_the_rest_why(self, shop: Client, swap: Swap) -> None:
        told = carry_out(shop, body_of(swap))
        assert (told["state"], told["total"], told["done"], told["failed"]) == ("done", 3, 1, 2)
        good, many, unknown = told["results"]
        assert (good["outcome"], good["id"]) == ("opened", Return.objects.get().public_id)
        assert (many["code"], many["errors"][0]["pointer"]) == ("not_returnable", "/lines/0")
        assert (unknown["code"], unknown["errors"][0]["code"]) == ("bad_body", "unknown")

    def test_that_is_a_trial_changes_nothing(self, shop: Client, swap: Swap) -> None:
        told = carry_out(shop, body_of(swap, dry_run=True))
        outcomes = [result["outcome"] for result in told["results"]]
        assert outcomes == ["would_open", "refused", "refused"]
        assert not Return.objects.exists()

    def test_opens_nothing_twice_under_one_key_of_an_item(self, shop: Client, swap: Swap) -> None:
        first = carry_out(shop, body_of(swap))
        again = carry_out(shop, body_of(swap))
        assert again["results"][0] == first["results"][0]
        assert Return.objects.count() == 1

    def test_keeps_customers_words_unreadable(self, shop: Client, swap: Swap) -> None:
        carry_out(shop, body_of(swap))
        job = Job.objects.get()
        assert "Ana" not in str((job.arguments, job.result))
        assert b"Ana" not in bytes(EncryptedDocument.objects.get(kind="api_bulk").ciphertext)

    def test_has_at_most_a_hundred(self, shop: Client, swap: Swap) -> None:
        item = {"lines": [line_of(swap)]}
        body = {"returns": [{"key": str(number), **item} for number in range(101)]}
        assert problem_of(post(shop, "bulk/returns", body), 400)["errors"]
