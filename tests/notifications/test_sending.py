from __future__ import annotations

import datetime as dt
import smtplib
from collections.abc import Iterator
from uuid import uuid4

import pytest

from core import clock
from core.faults import EXIT_CODE
from core.models import EncryptedDocument, Event
from notifications import courier, locks, services
from notifications.backends import KeptOnTheDesk
from notifications.models import Message
from notifications.states import MessageState
from tests.concurrency.races import race
from tests.factories.letters import DESK, NOW, queue_letter
from tests.forked import run
from tests.mailbox import Mailbox

pytestmark = pytest.mark.django_db(transaction=True)

LATER = dt.timedelta(hours=2)


@pytest.fixture
def hours_later() -> Iterator[None]:
    """The database's clock runs ahead: whatever was put off is due."""
    yield
    clock.shift_database_clock(dt.timedelta(0))


class TestSending:
    def test_hands_the_letter_to_the_mail_server(self, mailbox: Mailbox) -> None:
        message = queue_letter(locale="ja")
        assert courier.send_due(now=NOW) == 1
        (mail,) = mailbox.messages
        assert mail["To"] == "ana@customers.example"
        assert mail["From"] == "House <desk@localhost>"
        assert mail["Subject"].strip() == "交換 EXC-1 の商品を発送しました"
        assert mail["Message-ID"] == f"<{message.public_id}@localhost>"
        body = mail.get_body(("plain",))
        assert body
        assert "お問い合わせ番号：00340" in body.get_content()

    def test_marks_it_and_tells_the_case(self, mailbox: Mailbox) -> None:
        message = queue_letter()
        courier.send_due(now=NOW)
        message.refresh_from_db()
        assert (message.state, message.sent_at, message.attempts) == (MessageState.SENT, NOW, 1)
        assert Event.objects.filter(kind="message.sent", case="return:1").count() == 1

    def test_waits_until_there_was_time_to_undo(self, mailbox: Mailbox) -> None:
        queue_letter(delay=services.TIME_TO_UNDO)
        assert courier.send_due(now=NOW) == 0
        assert not mailbox.messages

    def test_sends_each_once_however_many_workers_look(self, mailbox: Mailbox) -> None:
        for person in range(6):
            queue_letter(person=f"customer:{person}")
        finishes = race([lambda: courier.send_due(now=NOW, batch=1)] * 4)
        assert sum(finish.value for finish in finishes) == 6
        assert len({mail["Message-ID"] for mail in mailbox.messages}) == 6
        assert len(mailbox.messages) == 6


class TestFailure:
    def test_of_the_server_is_tried_again_later(self, mailbox: Mailbox, hours_later: None) -> None:
        message = queue_letter()
        mailbox.refuse_with = "451 not now"
        assert courier.send_due(now=NOW) == 0
        message.refresh_from_db()
        assert (message.state, message.attempts) == (MessageState.QUEUED, 1)
        assert message.due_at > clock.database_now()
        mailbox.refuse_with = None
        clock.shift_database_clock(LATER)
        assert courier.send_due(now=NOW) == 1

    def test_for_good_ends_at_once_and_shows(self, mailbox: Mailbox) -> None:
        message = queue_letter()
        mailbox.refuse_with = "550 no such mailbox: <ana@customers.example>"
        courier.send_due(now=NOW)
        message.refresh_from_db()
        assert (message.state, message.last_error) == (MessageState.FAILED, "SMTPDataError 550")
        assert Event.objects.filter(kind="message.failed").count() == 1

    def test_of_the_network_ends_after_the_last_try(self, settings, hours_later: None) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        message = queue_letter()
        for tried in range(courier.MAX_ATTEMPTS):
            clock.shift_database_clock(LATER * tried)
            courier.send_due(now=NOW)
        message.refresh_from_db()
        assert message.state == MessageState.FAILED
        assert message.last_error.startswith("ConnectionRefusedError")

    def test_can_be_mended_by_queueing_again(self, mailbox: Mailbox) -> None:
        message = queue_letter()
        mailbox.refuse_with = "550 no"
        courier.send_due(now=NOW)
        mailbox.refuse_with = None
        services.queue_again(message_id=message.pk, actor=DESK, op_id=uuid4(), now=NOW)
        assert courier.send_due(now=NOW) == 1

    def test_of_one_message_stops_no_other(self, mailbox: Mailbox) -> None:
        broken = queue_letter()
        queue_letter(person="customer:13")
        EncryptedDocument.objects.filter(pk=broken.content_id).update(ciphertext=b"?" * 40)
        assert courier.send_due(now=NOW) == 1
        broken.refresh_from_db()
        assert (broken.state, broken.last_error) == (MessageState.QUEUED, "DocumentUnreadable")


def send_now() -> int:
    return courier.send_due(now=clock.now())


class TestCrash:
    def test_after_the_server_took_the_mail_sends_it_again_as_the_same_mail(
        self, mailbox: Mailbox
    ) -> None:
        """Nobody can tell whether it arrived; a mail program shows one message for one id."""
        message = queue_letter()
        assert run(send_now, crash_at="message.after_send") == EXIT_CODE
        message.refresh_from_db()
        assert message.state == MessageState.QUEUED
        Message.objects.update(leased_until=None)
        assert run(send_now) == 0
        message.refresh_from_db()
        assert message.state == MessageState.SENT
        assert len(mailbox.messages) == 2
        assert len({mail["Message-ID"] for mail in mailbox.messages}) == 1


class TestLease:
    def test_keeps_a_message_from_others_until_it_ends(
        self, mailbox: Mailbox, hours_later: None
    ) -> None:
        queue_letter()
        assert len(locks.claim_due(batch=10)) == 1
        assert courier.send_due(now=NOW) == 0
        clock.shift_database_clock(locks.LEASE + dt.timedelta(seconds=1))
        assert courier.send_due(now=NOW) == 1

    def test_fences_off_a_worker_that_comes_back_too_late(
        self, mailbox: Mailbox, hours_later: None
    ) -> None:
        message = queue_letter()
        (slow,) = locks.claim_due(batch=10)
        clock.shift_database_clock(locks.LEASE + dt.timedelta(seconds=1))
        courier.send_due(now=NOW)
        assert courier._mark_sent(slow, "<late@localhost>", now=NOW) is False
        message.refresh_from_db()
        assert message.provider_id == f"<{message.public_id}@localhost>"

    def test_that_never_ends_well_is_given_up(self, mailbox: Mailbox, hours_later: None) -> None:
        message = queue_letter()
        for tried in range(courier.MAX_ATTEMPTS):
            clock.shift_database_clock(locks.LEASE * 2 * tried)
            locks.claim_due(batch=10)
        clock.shift_database_clock(locks.LEASE * 2 * courier.MAX_ATTEMPTS)
        assert courier.send_due(now=NOW) == 0
        message.refresh_from_db()
        assert (message.state, message.last_error) == (
            MessageState.FAILED,
            "The last try never ended.",
        )
        assert not mailbox.messages


class TestIsFinal:
    @pytest.mark.parametrize(
        ("error", "final"),
        [
            (smtplib.SMTPRecipientsRefused({"a": (550, b"no")}), True),
            (smtplib.SMTPRecipientsRefused({"a": (450, b"busy")}), False),
            (smtplib.SMTPDataError(554, b"spam"), True),
            (smtplib.SMTPDataError(451, b"later"), False),
            (smtplib.SMTPAuthenticationError(535, b"who"), False),
            (smtplib.SMTPSenderRefused(550, b"no", "desk"), False),
            (TimeoutError(), False),
        ],
    )
    def test_blames_the_person_only_where_the_server_does(self, error, final: bool) -> None:
        assert courier.is_final(error) is final


class TestFirstRun:
    def test_sends_nothing_anywhere(self, settings) -> None:
        settings.EMAIL_BACKEND = f"{KeptOnTheDesk.__module__}.KeptOnTheDesk"
        queue_letter()
        assert courier.send_due(now=NOW) == 1
