"""What is Stripe's own: its units, its signatures, its errors, and what it must not be told."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from core import clock
from orders.models import Order
from payments import noticing, queries, services
from payments.gateways import stripe as gateway
from payments.gateways.port import About, BadNotice, NothingHappened, OutcomeUnknown, Status
from payments.gateways.stripe.amounts import NotPayable, from_minor, to_minor
from payments.models import MoneyOperation, ProviderAccount, ProviderNotice
from tests.factories.cases import NOW
from tests.factories.money import AGENT, carry_out, make_card, run
from tests.factories.sales import Sold, make_order
from tests.payments.fake_stripe import KEY, FakeStripe, serving
from tests.payments.sides import Side, make_stripe

SECRETS = [b"whsec_new", b"whsec_old"]


@pytest.fixture
def fake() -> Iterator[FakeStripe]:
    with serving() as one:
        yield one


@pytest.fixture
def side(fake: FakeStripe, monkeypatch: pytest.MonkeyPatch) -> Side:
    return make_stripe(fake, monkeypatch)


class TestUnits:
    @pytest.mark.parametrize(
        ("amount", "currency", "units"),
        [
            ("43.30", "EUR", 4330),
            ("0.01", "USD", 1),
            ("1999", "JPY", 1999),
            ("99999999.99", "HUF", 9999999999),
            ("1.230", "KWD", 1230),
            ("12", "UGX", 1200),
            ("12", "ISK", 1200),
        ],
    )
    def test_are_exact_both_ways(self, amount: str, currency: str, units: int) -> None:
        assert to_minor(Decimal(amount), currency) == units
        assert from_minor(units, currency.lower()) == Decimal(amount)

    @pytest.mark.parametrize(
        ("amount", "currency"),
        [("0.001", "EUR"), ("1.5", "JPY"), ("1.234", "KWD"), ("0.5", "UGX")],
    )
    def test_are_never_rounded(self, amount: str, currency: str, side: Side, fake: Any) -> None:
        with pytest.raises(NotPayable):
            to_minor(Decimal(amount), currency)
        outcome = side.do("capture", amount, currency=currency)
        assert (outcome.status, outcome.code) == (Status.DECLINED, "amount_not_payable")
        assert fake.posted == []


class TestAsking:
    @pytest.mark.parametrize(
        ("status", "means"),
        [
            (401, NothingHappened),
            (403, NothingHappened),
            (429, NothingHappened),
            (409, OutcomeUnknown),
            (500, OutcomeUnknown),
            (503, OutcomeUnknown),
        ],
    )
    def test_once_whatever_is_answered(
        self, side: Side, fake: FakeStripe, status: int, means: type[Exception]
    ) -> None:
        fake.answers = [status]
        with pytest.raises(means):
            side.do("capture")
        assert (fake.answers, fake.posted) == ([], [])

    def test_names_the_customer_a_card_is_kept_for(self, side: Side, fake: FakeStripe) -> None:
        what = side.instruct("capture", method="pm_of_a_customer")
        assert side.gateway.carry_out(side.access, what).status == Status.SUCCEEDED
        [(_, said)] = fake.posted
        assert (said["customer"], said["off_session"]) == ("cus_kept", "true")
        assert side.gateway.find(side.access, what) is not None

    def test_ends_what_waits_for_a_confirmation(self, side: Side, fake: FakeStripe) -> None:
        what = side.instruct("capture", method="pm_that_waits")
        outcome = side.gateway.carry_out(side.access, what)
        assert (outcome.status, outcome.code) == (Status.DECLINED, "authentication_required")
        assert fake.books.get("payment_intents", outcome.reference)["status"] == "canceled"
        found = side.gateway.find(side.access, what)
        assert found is not None
        assert found.status == Status.DECLINED

    def test_ends_one_that_waits_when_its_answer_was_lost(
        self, side: Side, fake: FakeStripe
    ) -> None:
        what = side.instruct("capture", method="pm_that_waits")
        side.lose("after")
        with pytest.raises(OutcomeUnknown):
            side.gateway.carry_out(side.access, what)
        found = side.gateway.find(side.access, what)
        assert found is not None
        assert found.status == Status.DECLINED
        assert fake.books.get("payment_intents", found.reference)["status"] == "canceled"

    def test_finds_one_among_many(self, side: Side) -> None:
        what = side.instruct("capture")
        side.gateway.carry_out(side.access, what)
        for _ in range(4):
            side.do("capture")
        assert side.gateway.find(side.access, what) is not None

    def test_reads_a_refund_that_failed_later(self, side: Side, fake: FakeStripe) -> None:
        payment = side.do("capture").reference
        refund = side.do("refund", payment=payment)
        row = fake.books.get("refunds", refund.reference)
        row |= {"status": "failed", "failure_reason": "lost_or_stolen_card"}
        _, outcome = gateway.fetch_refund(side.access, refund.reference)
        assert (outcome.status, outcome.code) == (Status.DECLINED, "lost_or_stolen_card")

    @pytest.mark.parametrize(
        ("status", "is_open", "is_lost"),
        [("needs_response", True, False), ("won", False, False), ("lost", False, True)],
    )
    def test_reads_a_dispute(
        self, side: Side, fake: FakeStripe, status: str, is_open: bool, is_lost: bool
    ) -> None:
        row = fake.books.add(
            "disputes",
            "dp",
            amount=4330,
            currency="eur",
            payment_intent="pi_1",
            status=status,
            reason="fraudulent",
        )
        said = gateway.fetch_dispute(side.access, row["id"])
        assert (said.payment, said.amount, said.is_open, said.is_lost) == (
            "pi_1",
            Decimal("43.30"),
            is_open,
            is_lost,
        )

    def test_leaves_no_key_and_no_word_in_the_logs(
        self, side: Side, fake: FakeStripe, caplog: Any, capsys: Any
    ) -> None:
        caplog.set_level(logging.DEBUG)
        side.do("capture")
        fake.answers = [401]
        with pytest.raises(NothingHappened) as told:
            side.do("capture")
        written = caplog.text + "".join(capsys.readouterr()) + str(told.value) + repr(side.access)
        assert KEY not in written
        assert not [one for one in caplog.records if one.name.startswith("stripe")]


def sign(body: bytes, *, secret: bytes = SECRETS[0], age: float = 0) -> dict[str, str]:
    moment = int(clock.now().timestamp() - age)
    mac = hmac.new(secret, f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={moment},v1={mac}"}


def write(kind: str = "payment_intent.succeeded", **one: Any) -> bytes:
    said = {"id": "pi_1", "object": "payment_intent", "metadata": {"swapdesk": "mop_1"}}
    event = {"id": "evt_1", "object": "event", "type": kind, "data": {"object": said | one}}
    return json.dumps(event).encode()


def read(body: bytes, headers: dict[str, str]) -> Any:
    return gateway.read_notice(headers, body, secrets=SECRETS, now=clock.now())


class TestNotices:
    @pytest.mark.parametrize(
        ("one", "about", "object_id", "reference"),
        [
            ({}, About.PAYMENT, "pi_1", "mop_1"),
            ({"metadata": {}}, About.NOTHING, "pi_1", ""),
            (
                {"metadata": {"swapdesk": "mop_1", "swapdesk_capture": "mop_2"}},
                About.PAYMENT,
                "pi_1",
                "mop_2",
            ),
            ({"object": "refund", "id": "re_1"}, About.REFUND, "re_1", "mop_1"),
            (
                {"object": "checkout.session", "payment_link": "plink_1"},
                About.CHECKOUT,
                "plink_1",
                "mop_1",
            ),
            ({"object": "checkout.session", "payment_link": None}, About.NOTHING, "", "mop_1"),
            ({"object": "dispute", "id": "dp_1", "metadata": {}}, About.DISPUTE, "dp_1", ""),
            ({"object": "customer", "id": "cus_1"}, About.NOTHING, "cus_1", "mop_1"),
        ],
    )
    def test_say_where_to_look(
        self, one: dict[str, Any], about: About, object_id: str, reference: str
    ) -> None:
        body = write(**one)
        notice = read(body, sign(body))
        assert (notice.id, notice.about, notice.object_id, notice.reference) == (
            "evt_1",
            about,
            object_id,
            reference,
        )

    @pytest.mark.parametrize("secret", SECRETS)
    def test_fit_either_live_secret(self, secret: bytes) -> None:
        body = write()
        assert read(body, sign(body, secret=secret)).id == "evt_1"

    @pytest.mark.parametrize(
        "wrong", [{"secret": b"whsec_guessed"}, {"age": 301}, {"age": -301}], ids=str
    )
    def test_are_refused_forged_old_or_from_the_future(self, wrong: dict[str, Any]) -> None:
        body = write()
        with pytest.raises(BadNotice):
            read(body, sign(body, **wrong))

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b"\xff",
            b'{"id": "evt_1"}',
            b'{"id": 1, "data": {"object": {}}}',
            b'{"object": "v2.core.event", "id": "evt_1"}',
            b"[" * 100_000,
        ],
        ids=lambda body: str(body[:12]),
    )
    def test_are_refused_when_nothing_can_be_read(self, body: bytes) -> None:
        with pytest.raises(BadNotice):
            read(body, sign(body))

    @pytest.mark.parametrize("header", ["", "t=1", "v1=00", "t=x,v1=00"])
    def test_are_refused_without_a_signature(self, header: str) -> None:
        with pytest.raises(BadNotice):
            read(write(), {"Stripe-Signature": header})

    def test_a_changed_byte_is_a_forgery(self) -> None:
        body = write()
        with pytest.raises(BadNotice):
            read(body.replace(b"mop_1", b"mop_2"), sign(body))


@pytest.fixture
def account(db: None) -> ProviderAccount:
    order = make_order(Sold("89.99", "7.42"))
    who: dict[str, Any] = {"actor": AGENT, "op_id": uuid4(), "now": NOW}
    opened = services.open_account(
        partner_id=order.partner_id, adapter="stripe", label="", api_key=KEY, **who
    )
    for secret in reversed(SECRETS):
        services.add_notice_secret(account=opened, secret=secret.decode(), **who)
    return opened


class TestAtTheDesk:
    def test_the_key_is_kept_encrypted(self, account: ProviderAccount) -> None:
        assert account.api_key is not None
        assert queries.get_access(account).api_key == KEY
        assert KEY.encode() not in bytes(account.api_key.ciphertext)

    @pytest.mark.parametrize("lost", ["before", "after"])
    def test_a_lost_charge_is_found_and_a_notice_hastens_it(
        self, side: Side, fake: FakeStripe, account: ProviderAccount, lost: str
    ) -> None:
        order = Order.objects.get()
        operation: MoneyOperation = run(
            services.collect,
            partner_id=order.partner_id,
            case="return:1",
            purpose="exchange:7",
            order_id=order.pk,
            amount=Decimal("43.30"),
            currency="EUR",
            payment_method_id=make_card(order.customer, "pm_card_visa", provider="stripe").pk,
        )
        side.lose(lost)
        carry_out()
        operation.refresh_from_db()
        assert operation.state == "unknown"
        body = write(metadata={"swapdesk": operation.public_id})
        for _ in range(2):
            answer = Client().post(
                f"/webhooks/payments/stripe/{account.public_id}/",
                body,
                content_type="application/json",
                headers=sign(body),
            )
            assert answer.status_code == 200
        assert noticing.settle_notices(now=NOW) == 1
        assert ProviderNotice.objects.get().state == "done"
        carry_out()
        assert queries.get_money("exchange:7").captured == Decimal("43.30")
        charges = fake.books.rows["charges"].values()
        assert [one["amount_captured"] for one in charges] == [4330]
        tender = order.tenders.get(position=2)
        assert (tender.provider, tender.label) == ("stripe", "Visa ·· 4242")

    def test_a_forged_notice_leaves_a_count(self, account: ProviderAccount) -> None:
        body = write()
        answer = Client().post(
            f"/webhooks/payments/stripe/{account.public_id}/",
            body,
            content_type="application/json",
            headers=sign(body, secret=b"guessed", age=1),
        )
        account.refresh_from_db()
        assert (answer.status_code, account.forged) == (401, 1)
        assert not ProviderNotice.objects.exists()
