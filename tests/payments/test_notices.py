"""The door for notices: what is signed is kept once, what is not leaves a count and no more."""

from __future__ import annotations

import datetime as dt
import json
import random
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from core import clock, signatures
from payments import noticing, services
from payments.models import ProviderAccount, ProviderNotice
from tests.factories.cases import NOW
from tests.factories.money import AGENT, make_account
from tests.factories.people import make_partner
from tests.payments.bank import Bank

pytestmark = pytest.mark.django_db
SECRET, NEXT = "first-secret", "next-secret"


@pytest.fixture
def account(bank: Bank) -> ProviderAccount:
    return make_account(make_partner().pk, secret=SECRET)


def write(number: int, **more: str) -> bytes:
    said = {"id": f"ntc_{number}", "kind": "payment.captured", "about": "payment"}
    return json.dumps(
        said | {"object": f"pay_{number}", "reference": f"mop_{number}"} | more
    ).encode()


def send(
    account: ProviderAccount,
    body: bytes,
    *,
    secret: str = SECRET,
    age: float = 0,
    message_id: str = "",
) -> int:
    moment = clock.now() - dt.timedelta(seconds=age)
    headers = signatures.write_headers(
        message_id=message_id or json.loads(body)["id"],
        body=body,
        secrets=[secret.encode()],
        now=moment,
    )
    answer = Client().post(
        f"/webhooks/payments/{account.adapter}/{account.public_id}/",
        body,
        content_type="application/json",
        headers=headers,
    )
    return answer.status_code


class TestDoor:
    def test_keeps_each_notice_once(self, account: ProviderAccount) -> None:
        assert [send(account, write(1)) for _ in range(3)] == [200] * 3
        assert ProviderNotice.objects.count() == 1

    def test_takes_what_either_live_secret_signs(self, account: ProviderAccount) -> None:
        who: dict[str, Any] = {"actor": AGENT, "op_id": uuid4(), "now": NOW}
        services.add_notice_secret(account=account, secret=NEXT, **who)
        assert (send(account, write(1), secret=NEXT), send(account, write(2))) == (200, 200)
        services.retire_notice_secret(secret=account.secrets.order_by("pk")[0], **who)
        assert (send(account, write(3), secret=NEXT), send(account, write(4))) == (200, 401)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"secret": "guessed"},
            {"age": 301},
            {"age": -301},
            {"message_id": "another"},
        ],
    )
    def test_refuses_forgeries_and_old_recordings(
        self, account: ProviderAccount, wrong: dict[str, Any]
    ) -> None:
        assert send(account, write(1), **wrong) == 401
        account.refresh_from_db()
        assert (ProviderNotice.objects.count(), account.forged) == (0, 1)

    def test_knows_no_other_account_and_reads_nothing_large(self, account: ProviderAccount) -> None:
        large = write(1, kind="x" * 300_000)
        assert send(account, large) == 413
        account.adapter = "stripe"
        assert send(account, write(1)) == 404


class TestStorm:
    def test_of_shuffled_doubled_and_forged_notices_leaves_each_real_one_once(
        self, account: ProviderAccount
    ) -> None:
        dice = random.Random(7)
        plain: dict[str, Any] = {}
        real = [(write(number), plain) for number in range(40)] * 4
        forged = [(write(number), {"secret": "guessed"}) for number in range(40, 80)]
        stale = [(write(number), {"age": 400}) for number in range(80, 100)]
        storm = [*real, *forged, *stale]
        dice.shuffle(storm)
        answers = [send(account, body, **how) for body, how in storm]
        assert (answers.count(200), answers.count(401)) == (160, 60)
        assert ProviderNotice.objects.count() == 40

    def test_that_comes_too_early_waits_and_is_given_up_after_an_hour(
        self, account: ProviderAccount
    ) -> None:
        send(account, write(1))
        received = ProviderNotice.objects.get().received_at
        noticing.settle_notices(now=received)
        assert ProviderNotice.objects.get().state == "parked"
        clock.shift_database_clock(dt.timedelta(hours=2))
        noticing.settle_notices(now=received + dt.timedelta(hours=2))
        assert ProviderNotice.objects.get().state == "dead"
