import smtplib
import socket
import threading

import pytest
from django.core.mail import send_mail
from django.db import connection, transaction
from redis import Redis

from config.celery import app
from tests.concurrency.races import race
from tests.mailbox import Mailbox
from tests.network import NetworkReached


class TestTheClosedNetwork:
    def test_refuses_to_leave_the_machine(self):
        with pytest.raises(NetworkReached), socket.socket() as outward:
            outward.connect(("192.0.2.1", 80))

    def test_lets_the_loopback_through(self, mailbox: Mailbox):
        with smtplib.SMTP(mailbox.hostname, mailbox.port) as client:
            assert client.noop()[0] == 250

    @pytest.mark.django_db
    def test_refuses_the_loopback_inside_a_transaction(self, mailbox: Mailbox):
        with transaction.atomic(), pytest.raises(NetworkReached):
            smtplib.SMTP(mailbox.hostname, mailbox.port)

    @pytest.mark.django_db
    def test_does_not_count_the_transaction_of_the_test_itself(self, mailbox: Mailbox):
        with smtplib.SMTP(mailbox.hostname, mailbox.port) as client:
            assert client.noop()[0] == 250

    @pytest.mark.django_db(transaction=True)
    def test_refuses_a_publish_inside_a_transaction(self, broker: Redis):
        # A connection of its own: an earlier test may have left one open, and opening is refused.
        fresh = app.connection_for_write()
        with transaction.atomic(), pytest.raises(NetworkReached):
            app.send_task("nothing.at_all", connection=fresh)


class TestTheMailbox:
    def test_receives_what_django_sends(self, mailbox: Mailbox):
        send_mail("Ćwikła 日本", "Body", "desk@example.org", ["zoë@example.org"])
        assert mailbox.messages[0]["Subject"] == "Ćwikła 日本"

    def test_refuses_when_told_to(self, mailbox: Mailbox):
        mailbox.refuse_with = "550 no such mailbox"
        with pytest.raises(smtplib.SMTPDataError):
            send_mail("Subject", "Body", "desk@example.org", ["a@example.org"])


visited = threading.Event()


@app.task(name="tests.visit")
def visit() -> None:
    visited.set()


class TestTheWorker:
    def test_takes_what_is_published(self, broker: Redis, worker: None):
        visited.clear()
        visit.delay()
        assert visited.wait(timeout=10)


@pytest.mark.django_db(transaction=True)
class TestStatements:
    def test_stay_prepared_when_what_was_done_is_undone(self):
        with transaction.atomic(), connection.cursor() as cursor:
            for number in range(2):
                cursor.execute("SELECT %s + 4711", [number])
            transaction.set_rollback(True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT statement FROM pg_prepared_statements")
            assert "SELECT $1 + 4711" in {statement for (statement,) in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
class TestRace:
    def test_gives_every_contestant_a_connection_of_its_own(self):
        finishes = race([backend] * 3)
        assert len({finish.value for finish in finishes}) == 3

    def test_brings_an_error_home_instead_of_raising_it(self):
        [finish] = race([lambda: 1 // 0])
        assert isinstance(finish.error, ZeroDivisionError)


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]
