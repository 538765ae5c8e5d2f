"""Text messages by Twilio's REST, as a server on the loopback speaks it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from core import clock
from core.faults import EXIT_CODE
from core.models import Event
from notifications import courier, services
from notifications.addresses import Addressee
from notifications.models import Message, Suppression
from notifications.queries import read_message
from notifications.states import MessageState, Reason
from tests.concurrency.races import race
from tests.factories.letters import DESK, NOW, SHIPPED, queue_letter, record_event
from tests.factories.people import make_partner
from tests.forked import run
from tests.mailbox import Mailbox
from tests.notifications.twilio_server import ACCOUNT, SENDER, TOKEN, TwilioServer, serving

pytestmark = pytest.mark.django_db(transaction=True)

BERLIN = ZoneInfo("Europe/Berlin")
PHONE = "+491701234567"
LINK = {
    "name": "Ana",
    "shop": "House",
    "order": "SHP-1",
    "amount": "€12.60",
    "link": "https://pay.example/x",
    "until": "20 Nov 2026",
}


@pytest.fixture
def twilio(settings) -> Iterator[TwilioServer]:
    with serving() as server:
        settings.SMS_PROVIDER, settings.SMS_FROM = "twilio", SENDER
        settings.TWILIO_ACCOUNT, settings.TWILIO_TOKEN = ACCOUNT, TOKEN
        settings.TWILIO_URL, settings.OUTGOING_TO_LOOPBACK = server.url, True
        settings.TWILIO_CALLBACK = "https://desk.example/webhooks/twilio/sms/"
        settings.QUIET_HOURS = ""
        yield server


@pytest.fixture
def own_clock() -> Iterator[None]:
    yield
    clock.shift_database_clock(dt.timedelta(0))


def queue_text(**fields: Any) -> Message:
    return queue_letter(medium="sms", to=PHONE, **fields)


def write(
    kind: str = "exchange_shipped", *, act_by: dt.datetime | None = None, **fields: Any
) -> list[Message]:
    to: dict[str, Any] = {
        "person": "customer:12",
        "locale": "de",
        "email": "ana@customers.example",
        "phone": "0170 1234567",
        "country": "DE",
        "time_zone": "Europe/Berlin",
    }
    partner = make_partner()
    with transaction.atomic():
        return services.write(
            partner_id=partner.pk,
            case="return:1",
            kind=kind,
            event=record_event(partner),
            to=Addressee(**to | fields),
            context=SHIPPED if kind == "exchange_shipped" else LINK,
            actor=DESK,
            now=NOW,
            delay=dt.timedelta(0),
            act_by=act_by,
        )


def list_sent() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("pk").values_list("medium", "state"))


class TestSending:
    def test_hands_the_words_to_twilio_and_keeps_its_id(self, twilio: TwilioServer) -> None:
        message = queue_text(locale="ja")
        assert courier.send_due(now=NOW) == 1
        (text,) = twilio.texts
        assert (text["to"], text["from"]) == (PHONE, SENDER)
        assert text["body"].startswith("House：交換品を発送しました。DHL 00340")
        assert text["callback"] == "https://desk.example/webhooks/twilio/sms/"
        message.refresh_from_db()
        assert (message.state, message.provider_id) == (MessageState.SENT, text["sid"])

    def test_sends_each_once_however_many_workers_look(self, twilio: TwilioServer) -> None:
        for person in range(6):
            queue_text(person=f"customer:{person}")
        finishes = race([lambda: courier.send_due(now=NOW, batch=1)] * 4)
        assert sum(finish.value for finish in finishes) == 6
        assert len(twilio.texts) == 6

    @pytest.mark.parametrize(
        ("answer", "state", "suppressed"),
        [
            ((400, 21211), MessageState.FAILED, [Reason.BOUNCED]),
            ((400, 21610), MessageState.FAILED, [Reason.STOPPED]),
            ((400, 21612), MessageState.FAILED, []),
            ((429, 20429), MessageState.QUEUED, []),
            ((401, 20003), MessageState.QUEUED, []),
            ((503, 20500), MessageState.QUEUED, []),
        ],
    )
    def test_takes_a_no_for_what_it_is(self, twilio, answer, state, suppressed) -> None:
        twilio.refuse_with = answer
        message = queue_text()
        courier.send_due(now=NOW)
        message.refresh_from_db()
        assert message.state == state
        assert PHONE not in message.last_error
        assert [each.reason for each in Suppression.objects.all()] == suppressed


def send_now() -> int:
    return courier.send_due(now=clock.now())


class TestCrash:
    """Killed after Twilio took the text and before that was written down."""

    def die_and_try_again(self, twilio: TwilioServer) -> Message:
        message = queue_text()
        assert run(send_now, crash_at="message.after_send") == EXIT_CODE
        message.refresh_from_db()
        assert (message.state, len(twilio.texts)) == (MessageState.QUEUED, 1)
        Message.objects.update(leased_until=None)
        assert run(send_now) == 0
        message.refresh_from_db()
        assert message.state == MessageState.SENT
        return message

    def test_never_sends_a_text_twice(self, twilio: TwilioServer) -> None:
        message = self.die_and_try_again(twilio)
        assert [text["sid"] for text in twilio.texts] == [message.provider_id]

    def test_would_without_asking_first(self, twilio: TwilioServer) -> None:
        """The control: who cannot be asked what they sent is asked to send again."""
        twilio.forgets = True
        self.die_and_try_again(twilio)
        assert len(twilio.texts) == 2

    def test_does_not_take_another_text_of_the_same_words_for_it(self, twilio) -> None:
        queue_text(person="customer:1")
        assert courier.send_due(now=NOW) == 1
        second = queue_text(person="customer:2")
        twilio.refuse_with = (503, 20500)
        assert courier.send_due(now=NOW) == 0
        twilio.refuse_with = None
        Message.objects.update(due_at=clock.database_now())
        assert courier.send_due(now=NOW) == 1
        second.refresh_from_db()
        assert second.provider_id == twilio.texts[1]["sid"]


class TestWays:
    def test_go_together_where_the_kind_says_so(self, twilio, mailbox: Mailbox) -> None:
        write()
        assert courier.send_due(now=NOW) == 2
        assert (len(mailbox.messages), len(twilio.texts)) == (1, 1)

    def test_fall_back_when_the_mailbox_is_not_there(self, twilio, mailbox: Mailbox) -> None:
        mailbox.refuse_recipients_with = "550 no such user"
        (letter,) = write("payment_link")
        courier.send_due(now=NOW)
        letter.refresh_from_db()
        text = Message.objects.get(medium="sms")
        assert (letter.state, text.state) == (MessageState.FAILED, MessageState.SENT)
        assert text.instead_of == letter
        assert "https://pay.example/x" in twilio.texts[0]["body"]
        assert Suppression.objects.get().reason == Reason.BOUNCED

    def test_are_known_to_lead_nowhere_the_next_time(self, twilio, mailbox: Mailbox) -> None:
        mailbox.refuse_recipients_with = "550 no such user"
        write("payment_link")
        courier.send_due(now=NOW)
        write("payment_link")
        courier.send_due(now=NOW)
        assert list_sent() == [
            ("email", "failed"),
            ("sms", "sent"),
            ("email", "suppressed"),
            ("sms", "sent"),
        ]

    def test_fall_back_once_after_a_bounce(self, twilio, mailbox: Mailbox) -> None:
        (letter,) = write("payment_link")
        courier.send_due(now=NOW)
        for _ in range(2):
            with transaction.atomic():
                services.report_bounced(message_id=letter.pk, why="gone", actor=DESK, now=NOW)
        courier.send_due(now=NOW)
        assert list_sent() == [("email", "bounced"), ("sms", "sent")]

    def test_end_where_there_is_no_other(self, twilio, mailbox: Mailbox) -> None:
        write("payment_link", email="", phone="")
        assert list_sent() == [("email", "suppressed")]


class TestQuiet:
    def test_hours_of_the_person_hold_a_text_back(self, twilio, settings, own_clock: None) -> None:
        """At 22 o'clock in UTC it is 7 in Tokyo: still quiet. At 23 it is 8, and no more."""
        settings.QUIET_HOURS = "21:00-08:00"
        present = clock.database_now()
        at_22 = present.replace(hour=22, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
        message = queue_text(time_zone="Asia/Tokyo")
        clock.shift_database_clock(at_22 - present)
        assert courier.send_due(now=NOW) == 0
        message.refresh_from_db()
        assert (message.state, message.attempts) == (MessageState.QUEUED, 0)
        assert (message.due_at - at_22) == dt.timedelta(hours=1)
        clock.shift_database_clock(at_22 - present + dt.timedelta(hours=1, minutes=1))
        assert courier.send_due(now=NOW) == 1


class TestUrgent:
    """At 22 o'clock in Berlin, with quiet until 8; each text asks for something by a moment."""

    @pytest.fixture(autouse=True)
    def _night(self, twilio: TwilioServer, settings) -> Iterator[None]:
        settings.QUIET_HOURS = "21:00-08:00"
        present = clock.database_now()
        self.at_22 = (present + dt.timedelta(days=1)).astimezone(BERLIN).replace(hour=22, minute=0)
        clock.shift_database_clock(self.at_22 - present)
        yield
        clock.shift_database_clock(dt.timedelta(0))

    def send(self, hours: float | None, kind: str = "payment_link", **fields: Any) -> Message:
        """By text alone; to be acted on within that many hours."""
        act_by = self.at_22 + dt.timedelta(hours=hours) if hours else None
        write(kind, email="", act_by=act_by, **fields)
        courier.send_due(now=NOW)
        return Message.objects.get(medium="sms")

    def test_wakes_people_where_the_morning_is_too_late(self, twilio: TwilioServer) -> None:
        assert self.send(6).state == MessageState.SENT
        assert "https://pay.example/x" in twilio.texts[0]["body"]

    @pytest.mark.parametrize("hours", [12, None])
    def test_waits_where_there_is_time_or_no_end(self, twilio: TwilioServer, hours) -> None:
        message = self.send(hours)
        assert (message.state, twilio.texts) == (MessageState.QUEUED, [])
        assert message.due_at.astimezone(BERLIN).hour == 8

    def test_is_for_the_kind_to_say(self, twilio: TwilioServer) -> None:
        assert self.send(6, "exchange_shipped").state == MessageState.QUEUED

    def test_wakes_nobody_who_said_stop(self, twilio: TwilioServer) -> None:
        with transaction.atomic():
            services.hear_text(
                partner_id=make_partner().pk, sender=PHONE, words="STOP", actor=DESK, now=NOW
            )
        message = self.send(6)
        assert (message.state, twilio.texts) == (MessageState.SUPPRESSED, [])

    def test_stays_so_where_it_goes_instead_of_a_letter(self, twilio, mailbox: Mailbox) -> None:
        mailbox.refuse_recipients_with = "550 no such user"
        write("payment_link", act_by=self.at_22 + dt.timedelta(hours=6))
        courier.send_due(now=NOW)
        assert list_sent() == [("email", "failed"), ("sms", "sent")]


class TestStop:
    def hear(self, words: str) -> str:
        with transaction.atomic():
            return services.hear_text(
                partner_id=make_partner().pk, sender=PHONE, words=words, actor=DESK, now=NOW
            )

    def test_ends_texts_at_once_and_letters_go_on(self, twilio, mailbox: Mailbox) -> None:
        queue_text()
        assert self.hear("Stop") == "stopped"
        assert courier.send_due(now=NOW) == 0
        write()
        courier.send_due(now=NOW)
        assert (len(mailbox.messages), twilio.texts) == (1, [])
        kept = str(list(Suppression.objects.values())) + str(list(Event.objects.values()))
        assert PHONE not in kept

    def test_is_taken_back_by_start(self, twilio: TwilioServer) -> None:
        self.hear("STOP")
        assert self.hear("START") == "started"
        queue_text()
        assert courier.send_due(now=NOW) == 1
        assert self.hear("When does it come?") == ""


class TestFirstRun:
    def test_keeps_texts_to_be_read_at_the_desk(self, settings) -> None:
        settings.SMS_PROVIDER, settings.QUIET_HOURS = "kept", ""
        message = queue_text()
        assert courier.send_due(now=NOW) == 1
        assert read_message(Message.objects.get(pk=message.pk)).body.startswith("House: your")
