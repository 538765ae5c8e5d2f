"""Messages to partners' programs: signed, at least once under one id, tried for three days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings

from core import clock, deliveries, signatures
from core.errors import BadInput
from core.laws import check_laws
from core.models import Event
from core.roles import Role
from notifications import locks, rules, services
from notifications.models import Message, WebhookEndpoint, WebhookMessage, WebhookSecret
from notifications.queries import read_message
from notifications.rules.webhooks import PROBED_AFTER
from notifications.webhook_courier import send_due
from tests.factories.people import make_user
from tests.factories.swaps import NOW, make_swap, open_exchange
from tests.factories.webhooks import OPERATOR, SECRET, feed, make_endpoint
from tests.post_office import LetterBox, listening

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def box(settings: LazySettings) -> Iterator[LetterBox]:
    settings.OUTGOING_TO_LOOPBACK = True
    with listening() as box:
        yield box


@pytest.fixture
def told(box: LetterBox) -> list[WebhookMessage]:
    """What an endpoint is to be told of one exchange: that it was quoted, and accepted."""
    swap = make_swap(available=5)
    make_endpoint(partner=swap.order.partner, url=box.url)
    open_exchange(swap)
    return feed()


def do(**more: Any) -> dict[str, Any]:
    return {"actor": OPERATOR, "op_id": uuid4(), "now": NOW} | more


def read() -> list[tuple[str, int]]:
    return list(WebhookMessage.objects.order_by("pk").values_list("state", "attempts"))


def later(by: dt.timedelta) -> None:
    clock.shift_database_clock(by)


class TestSend:
    def test_hands_each_message_over_once_in_order_and_signed(
        self, box: LetterBox, told: list[WebhookMessage]
    ) -> None:
        box.answers = [204, 200]
        assert send_due() == 2
        assert [body["type"] for body in box.bodies] == ["exchange.quoted", "exchange.accepted"]
        assert box.sequences() == [1, 2]
        for headers, body in box.got:
            assert signatures.verify(headers, body, secrets=[SECRET.encode()], now=clock.now())
        assert [headers["webhook-id"] for headers, _ in box.got] == [m.public_id for m in told]
        assert read() == [("acknowledged", 1), ("acknowledged", 1)]
        assert send_due() == 0

    def test_takes_a_202_for_taken_until_the_program_acknowledges(
        self, box: LetterBox, told: list[WebhookMessage]
    ) -> None:
        send_due()
        assert read()[0] == ("taken", 1)
        for _ in range(2):
            services.acknowledge_message(message_id=told[0].pk, **do())
        assert read()[0] == ("acknowledged", 1)

    def test_signs_with_both_secrets_while_one_is_replaced(
        self, box: LetterBox, told: list[WebhookMessage]
    ) -> None:
        endpoint = told[0].endpoint
        services.add_secret(endpoint=endpoint, secret="the-next-secret-of-all", **do())
        send_due()
        headers, body = box.got[0]
        for secret in (SECRET, "the-next-secret-of-all"):
            signatures.verify(headers, body, secrets=[secret.encode()], now=clock.now())
        with pytest.raises(services.TooManySecrets):
            services.add_secret(endpoint=endpoint, secret="one-secret-too-many", **do())

    def test_sends_nothing_unsigned(self, box: LetterBox, told: list[WebhookMessage]) -> None:
        secret = WebhookSecret.objects.get()
        services.retire_secret(secret_id=secret.pk, **do())
        assert send_due() == 0
        assert box.got == []
        assert WebhookEndpoint.objects.get().last_error == "There is no secret to sign with."

    def test_sends_the_same_bytes_under_the_same_id_when_an_answer_was_lost(
        self, box: LetterBox, told: list[WebhookMessage]
    ) -> None:
        box.answers = [None, 200, 200]
        assert send_due() == 1
        later(dt.timedelta(minutes=1))
        assert send_due() == 1
        (first, sent), _, (again, resent) = box.got
        assert first["webhook-id"] == again["webhook-id"]
        assert sent == resent

    def test_of_a_zombie_is_not_marked(self, box: LetterBox, told: list[WebhookMessage]) -> None:
        [claim] = [each for each in locks.claim_webhooks(batch=5) if each.sequence == 1]
        later(locks.LEASE * 2)
        locks.claim_webhooks(batch=5)
        assert locks.lock_claimed_webhook(claim) is None


class TestAFailingEndpoint:
    def test_is_probed_one_by_one_and_then_rests(
        self, box: LetterBox, told: list[WebhookMessage]
    ) -> None:
        make_endpoint("return.*", "reservation.*", name="Busy", url=box.url)
        services.pause_endpoint(endpoint_id=told[0].endpoint_id, **do())
        WebhookEndpoint.objects.filter(name="Busy").update(read_up_to=0)
        assert len(feed()) > 2 + PROBED_AFTER
        box.answers = [500] * 10
        send_due()
        assert len(box.got) == PROBED_AFTER
        endpoint = WebhookEndpoint.objects.get(name="Busy")
        assert endpoint.failures == PROBED_AFTER
        assert endpoint.last_error == "Answered with 500."
        send_due()
        assert len(box.got) == PROBED_AFTER
        later(dt.timedelta(hours=1))
        send_due()
        assert len(box.got) == PROBED_AFTER + 1

    def test_forgets_its_failures_when_it_answers(
        self, box: LetterBox, told: list[WebhookMessage]
    ) -> None:
        box.answers = [500]
        send_due()
        later(dt.timedelta(minutes=1))
        send_due()
        endpoint = WebhookEndpoint.objects.get()
        assert (endpoint.failures, endpoint.failing_since, endpoint.last_error) == (0, None, "")

    @pytest.mark.causes("webhook_failing")
    @pytest.mark.usefixtures("staff")
    def test_is_warned_of_after_a_day_and_disabled_after_three(
        self, box: LetterBox, told: list[WebhookMessage]
    ) -> None:
        box.answers = [503] * 20
        for days in (0, 0.5, 1.1, 1.2, 2, 3.1, 4, 5):
            later(DAY * days)
            send_due()
        kinds = Event.objects.filter(kind__in=["webhook.failing", "webhook.disabled"])
        assert list(kinds.order_by("pk").values_list("kind", flat=True)) == [
            "webhook.failing",
            "webhook.disabled",
        ]
        assert WebhookEndpoint.objects.get().disabled_at is not None
        heard = len(box.got)
        later(DAY * 9)
        send_due()
        assert len(box.got) == heard

    @pytest.mark.causes("webhook_disabled")
    def test_has_its_admins_written_to_and_nobody_else(
        self, box: LetterBox, told: list[WebhookMessage]
    ) -> None:
        admin, _ = make_user(Role.ADMIN), make_user(Role.AGENT)
        box.answers = [410]
        send_due()
        deliveries.deliver_due()
        letter = Message.objects.get(template="webhook_disabled")
        assert letter.person == f"user:{admin.pk}"
        assert "“Shop sync” is disabled" in read_message(letter).subject

    @pytest.mark.causes("webhook_message_dead")
    @pytest.mark.usefixtures("staff")
    def test_gives_a_message_up_after_three_days_and_sends_it_by_hand(
        self, box: LetterBox, told: list[WebhookMessage]
    ) -> None:
        box.answers = [503, 200]
        later(DAY * 3.1)
        send_due()
        assert [state for state, _ in read()] == ["dead", "acknowledged"]
        services.resend_message(message_id=told[0].pk, **do())
        box.answers = [200]
        send_due()
        assert read() == [("acknowledged", 1), ("acknowledged", 1)]

    def test_that_is_gone_is_disabled_at_once_and_loses_nothing(
        self, box: LetterBox, told: list[WebhookMessage]
    ) -> None:
        box.answers = [410]
        send_due()
        endpoint = WebhookEndpoint.objects.get()
        assert endpoint.disabled_at is not None
        services.enable_endpoint(endpoint_id=endpoint.pk, **do())
        box.answers = [200, 200]
        assert send_due() == 2
        assert box.sequences() == [1, 1, 2]

    def test_does_not_keep_another_waiting(
        self, box: LetterBox, told: list[WebhookMessage]
    ) -> None:
        make_endpoint(name="Other", url=box.url)
        services.pause_endpoint(endpoint_id=told[0].endpoint_id, **do())
        WebhookEndpoint.objects.filter(name="Other").update(read_up_to=0)
        feed()
        assert send_due() == 2
        services.resume_endpoint(endpoint_id=told[0].endpoint_id, **do())
        assert send_due() == 2


class TestReplay:
    def test_sends_everything_from_a_number_on_under_its_old_number(
        self, box: LetterBox, told: list[WebhookMessage]
    ) -> None:
        send_due()
        sent = services.replay_messages(endpoint_id=told[0].endpoint_id, from_sequence=2, **do())
        assert sent == 1
        send_due()
        assert box.sequences() == [1, 2, 2]
        assert box.got[1][1] == box.got[2][1]

    @pytest.mark.parametrize("number", [0, 3, 10**12])
    def test_refuses_a_number_that_was_never_given(
        self, told: list[WebhookMessage], number: int
    ) -> None:
        with pytest.raises(BadInput, match="from 1 to 2"):
            services.replay_messages(endpoint_id=told[0].endpoint_id, from_sequence=number, **do())


class TestOpenEndpoint:
    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"url": "http://shop.example.com/"}, "url"),
            ({"url": "https://"}, "url"),
            ({"url": "javascript:alert(1)"}, "url"),
            ({"name": "  "}, "name"),
        ],
    )
    def test_names_what_is_wrong(self, fields: dict[str, Any], field: str) -> None:
        with pytest.raises(BadInput) as refusal:
            make_endpoint(**fields)
        assert refusal.value.data["field"] == field

    @pytest.mark.parametrize("kind", ["*", "exchange", "exchange.**", "a.b; DROP", ""])
    def test_refuses_what_is_no_kind(self, kind: str) -> None:
        with pytest.raises(BadInput, match="no kind of event"):
            make_endpoint(kind)

    def test_keeps_the_secret_encrypted(self) -> None:
        make_endpoint()
        kept = WebhookSecret.objects.get().secret
        assert SECRET.encode() not in bytes(kept.ciphertext)


class TestRules:
    @pytest.mark.parametrize(
        ("kinds", "kind", "is_told"),
        [
            (["exchange.*"], "exchange.shipped", True),
            (["exchange.shipped"], "exchange.shipped", True),
            (["exchange.*"], "return.closed", False),
            ([], "exchange.shipped", False),
        ],
    )
    def test_say_who_hears_of_what(self, kinds: list[str], kind: str, is_told: bool) -> None:
        assert rules.is_told_of(kinds, kind) is is_told

    def test_wait_longer_each_time_and_never_longer_than_half_a_day(self) -> None:
        longest = [rules.delay_of_message(attempts) for attempts in range(1, 30)]
        assert longest[0] <= dt.timedelta(seconds=5)
        assert max(longest) <= dt.timedelta(hours=12)
        assert longest[8] > longest[4] > longest[1]


def lose_a_message() -> None:
    WebhookMessage.objects.filter(sequence=1).delete()


def forget_to_look() -> None:
    WebhookEndpoint.objects.update(read_up_to=0)
    later(DAY)


@pytest.mark.parametrize(
    ("law", "breaker"),
    [
        ("webhooks_count_without_a_gap", lose_a_message),
        ("no_endpoint_lags_behind_the_seals", forget_to_look),
    ],
)
def test_a_broken_law_is_noticed(
    told: list[WebhookMessage], law: str, breaker: Callable[[], None]
) -> None:
    assert [kept.ok for kept in check_laws([law])] == [True]
    breaker()
    assert [broken.violations for broken in check_laws([law])] == [1]
