"""What a real mail server gets, and what mail programs make of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from notifications import courier
from notifications.kinds import find_kind
from notifications.models import Suppression
from notifications.states import MessageState, Reason
from tests.factories.letters import NOW, SHIPPED, queue_letter
from tests.mailbox import Mailbox

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = {
    "en": "Siobhán O’Neill",
    "de": "Jörg Weiß",
    "fr": "Zoé Lefèvre",
    "es": "Íñigo Núñez",
    "ja": "山田 花子",
}
FOOTERS = {
    "en": "belongs to your order",
    "de": "gehört zu Ihrer Bestellung",
    "fr": "concerne votre commande",
    "es": "forma parte de su pedido",
    "ja": "ご注文に関する大切なお知らせ",
}
COMPLETED = find_kind("exchange_completed")


def send(mailbox: Mailbox, **fields: Any) -> EmailMessage:
    queue_letter(**fields)
    assert courier.send_due(now=NOW) == 1
    return mailbox.messages[-1]


def read(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


class _Seen(HTMLParser):
    """The words of a page and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words = ""
        self.links: list[str | None] = []
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.words += data


class TestMail:
    @pytest.mark.parametrize("locale", NAMES)
    def test_arrives_in_every_language(self, mailbox: Mailbox, locale: str) -> None:
        context = SHIPPED | {"customer_name": NAMES[locale]}
        mail = send(mailbox, locale=locale, context=context)
        plain, page = read(mail, "plain"), _Seen(read(mail, "html"))
        assert mail.get_content_type() == "multipart/alternative"
        assert [part.get_content_charset() for part in mail.iter_parts()] == ["utf-8", "utf-8"]
        assert mail["Content-Language"] == locale
        for words in (NAMES[locale], FOOTERS[locale], "00340", "EXC-1"):
            assert words in plain
            assert words in page.words
        assert mail["List-Unsubscribe"] is None

    def test_shows_every_value_as_it_was_typed(self, mailbox: Mailbox) -> None:
        evil = "<img src=x onerror=alert(1)> {{ shop_name }} {% debug %}"
        mail = send(mailbox, context=SHIPPED | {"customer_name": evil})
        page = _Seen(read(mail, "html"))
        assert evil in page.words
        assert evil in read(mail, "plain")
        assert not page.tags & {"img", "script", "link", "iframe", "form"}

    @pytest.mark.parametrize("breaks", ["\nBcc: x@evil.example", "\r\nBcc: x@evil.example\r\n\r\n"])
    def test_takes_no_header_from_a_value(self, mailbox: Mailbox, breaks: str) -> None:
        """In the body a break is a break; for a subject it is refused when queued (test_rules)."""
        mail = send(mailbox, context=SHIPPED | {"customer_name": f"Ana{breaks}"})
        assert mail["Bcc"] is None
        assert len(mailbox.messages) == 1
        assert "Bcc: x@evil.example" in read(mail, "plain")

    def test_of_a_shop_with_a_name_like_headers_stays_one_mail(self, mailbox: Mailbox) -> None:
        message = queue_letter()
        message.partner.name = 'Shop" <x@evil.example>, "'
        message.partner.save()
        assert courier.send_due(now=NOW) == 1
        (mail,) = mailbox.messages
        assert [each.addr_spec for each in mail["From"].addresses] == ["desk@localhost"]


class TestOptional:
    @pytest.fixture(autouse=True)
    def _reached(self, settings) -> None:
        settings.PUBLIC_ADDRESS = "https://desk.example"

    def send_optional(self, mailbox: Mailbox, locale: str = "de") -> EmailMessage:
        assert COMPLETED
        return send(
            mailbox, template="exchange_completed", locale=locale, context=dict(COMPLETED.names)
        )

    def test_ends_in_one_click(self, mailbox: Mailbox, client: Client) -> None:
        mail = self.send_optional(mailbox)
        link = mail["List-Unsubscribe"].strip(" <>")
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert link in read(mail, "plain")
        assert link in _Seen(read(mail, "html")).links
        path = urlsplit(link).path
        for _ in range(2):  # a mail program may click again
            answer = client.post(path, {"List-Unsubscribe": "One-Click"})
            assert answer.status_code == 200
        assert "Erledigt" in answer.content.decode()
        kept = Suppression.objects.get()
        assert (kept.reason, kept.covers_all) == (Reason.UNSUBSCRIBED, False)
        assert "ana@" not in str(list(Suppression.objects.values()))

    def test_is_not_ended_by_looking(self, mailbox: Mailbox, client: Client) -> None:
        mail = self.send_optional(mailbox, "ja")
        path = urlsplit(mail["List-Unsubscribe"].strip(" <>")).path
        page = client.get(path)
        assert "配信を停止しますか" in page.content.decode()
        assert not Suppression.objects.exists()
        assert client.get("/messages/unsubscribe/forged:x/").status_code == 404
        assert client.post(path[:-4] + "aaa/").status_code == 404

    def test_once_ended_keeps_its_sort_back_alone(self, mailbox: Mailbox, client: Client) -> None:
        mail = self.send_optional(mailbox)
        client.post(urlsplit(mail["List-Unsubscribe"].strip(" <>")).path)
        assert COMPLETED
        kept_back = queue_letter(template="exchange_completed", context=dict(COMPLETED.names))
        assert kept_back.state == MessageState.SUPPRESSED
        assert "unsubscribed" in kept_back.last_error
        assert queue_letter().state == MessageState.QUEUED


@contextmanager
def postmark(answer: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Postmark's one call, on the loopback: its address, and what it was sent."""
    taken: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            body = json.dumps(answer).encode()
            self.send_response(200 if answer["ErrorCode"] == 0 else 422)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", taken
        server.shutdown()


class TestAnymail:
    def use(self, settings, address: str) -> None:
        settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
        settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "x", "POSTMARK_API_URL": address}

    def test_keeps_the_id_that_callbacks_will_name(self, settings) -> None:
        said = {
            "ErrorCode": 0,
            "Message": "OK",
            "MessageID": "b7bc2f4a",
            "To": "ana@customers.example",
        }
        with postmark(said) as (address, taken):
            self.use(settings, address)
            message = queue_letter()
            assert courier.send_due(now=NOW) == 1
        message.refresh_from_db()
        assert (message.state, message.provider_id) == (MessageState.SENT, "b7bc2f4a")
        assert {"TextBody", "HtmlBody"} <= taken[0].keys()
        assert {"Name": "Message-ID", "Value": f"<{message.public_id}@localhost>"} in taken[0][
            "Headers"
        ]

    def test_gives_up_where_the_provider_refuses_the_reader(self, settings) -> None:
        said = {
            "ErrorCode": 406,
            "Message": "You tried to send to a recipient that has been marked as inactive."
            "\n Found inactive addresses: ana@customers.example.\n Inactive recipients are ones"
            " that have generated a hard bounce or a spam complaint. ",
        }
        with postmark(said) as (address, _):
            self.use(settings, address)
            message = queue_letter()
            courier.send_due(now=NOW)
        message.refresh_from_db()
        assert message.state == MessageState.FAILED
        assert "@" not in message.last_error
        assert Suppression.objects.get().reason == Reason.BOUNCED
