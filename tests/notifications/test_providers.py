"""Mail by SES, SendGrid and Postmark: Anymail's own backends, speaking to servers over sockets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from core import clock, deliveries
from core.models import Event
from notifications import courier
from notifications.models import Message, Suppression
from notifications.states import MessageState, Reason
from tests.factories.letters import NOW, queue_letter
from tests.notifications.callbacks import listen, report
from tests.notifications.mail_api import CREDENTIALS, INACTIVE, MailApi, Said, serving

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # Anymail's makers look after SendGrid no longer: these tests do. Settings silence it likewise.
    pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning"),
]

BACKENDS = {"ses": "amazon_ses", "sendgrid": "sendgrid", "postmark": "postmark"}
NOT_NOW = {
    "ses": Said(429, {"message": "Too fast"}, {"x-amzn-ErrorType": "TooManyRequestsException"}),
    "sendgrid": Said(429, {"errors": [{"message": "too many requests"}]}),
    "postmark": Said(429, {"ErrorCode": 429, "Message": "Rate limit exceeded"}),
}
NOT_US = {
    "ses": Said(403, {"message": "Bad token"}, {"x-amzn-ErrorType": "InvalidClientTokenId"}),
    "sendgrid": Said(401, {"errors": [{"message": "authorization grant is invalid"}]}),
    "postmark": Said(401, {"ErrorCode": 10, "Message": "Bad or missing API token"}),
}
NEVER = {
    "ses": Said(400, {"message": "Bad address"}, {"x-amzn-ErrorType": "BadRequestException"}),
    "sendgrid": Said(400, {"errors": [{"field": "personalizations.0.to.0.email"}]}),
    "postmark": Said(422, {"ErrorCode": 406, "Message": INACTIVE}),
}
BROKEN = {name: Said(503, {"message": "Service unavailable"}) for name in BACKENDS}


@pytest.fixture(params=BACKENDS)
def api(request, settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailApi]:
    provider = request.param
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", CREDENTIALS)
    settings.EMAIL_PROVIDER = provider
    settings.EMAIL_BACKEND = f"anymail.backends.{BACKENDS[provider]}.EmailBackend"
    with serving(provider) as server:
        ses = settings.ANYMAIL["AMAZON_SES_CLIENT_PARAMS"]
        settings.ANYMAIL = settings.ANYMAIL | {
            "AMAZON_SES_CLIENT_PARAMS": ses | {"endpoint_url": server.url},
            "SENDGRID_API_KEY": CREDENTIALS,
            "SENDGRID_API_URL": f"{server.url}/v3/",
            "POSTMARK_SERVER_TOKEN": CREDENTIALS,
            "POSTMARK_API_URL": server.url,
        }
        yield server


@pytest.fixture
def impatient(api: MailApi, settings) -> None:
    """The provider takes what it gets and says nothing; nobody waits ten seconds for it here."""
    api.silent = True
    ses = settings.ANYMAIL["AMAZON_SES_CLIENT_PARAMS"]
    quick = ses | {"config": ses["config"] | {"read_timeout": 0.3}}
    settings.ANYMAIL = settings.ANYMAIL | {
        "REQUESTS_TIMEOUT": 0.3,
        "AMAZON_SES_CLIENT_PARAMS": quick,
    }


@pytest.fixture
def own_clock() -> Iterator[None]:
    yield
    clock.shift_database_clock(dt.timedelta(0))


def send(message: Message) -> Message:
    courier.send_due(now=NOW)
    message.refresh_from_db()
    return message


def list_told() -> list[str]:
    """What the timeline of the case says of its messages."""
    told = Event.objects.filter(case="return:1", kind__startswith="message.").order_by("pk")
    return [kind.removeprefix("message.") for kind in told.values_list("kind", flat=True)]


class TestSending:
    def test_hands_over_a_letter_with_an_id_of_ours(self, api: MailApi) -> None:
        message = send(queue_letter(locale="ja"))
        (mail,) = api.taken
        assert mail["to"] == "ana@customers.example"
        assert mail["subject"].strip() == "交換 EXC-1 の商品を発送しました"
        assert mail["message_id"] == f"<{message.public_id}@localhost>"
        assert all("00340" in body for body in mail["bodies"])
        assert mail["ours"] == message.public_id
        assert (message.state, message.attempts) == (MessageState.SENT, 1)
        assert message.provider_id == mail.get("anymail_id", "sent-1")

    @pytest.mark.parametrize("refusals", [NOT_NOW, NOT_US, BROKEN])
    def test_is_tried_again_where_the_reader_is_not_to_blame(
        self, api: MailApi, refusals: dict[str, Said], own_clock: None
    ) -> None:
        api.answer_with = refusals[api.provider]
        message = send(queue_letter())
        assert (message.state, api.tries) == (MessageState.QUEUED, 1)
        assert str(api.answer_with.status) in message.last_error
        assert not Suppression.objects.exists()
        api.answer_with = None
        clock.shift_database_clock(dt.timedelta(hours=1))
        assert send(message).state == MessageState.SENT
        assert len(api.taken) == 1

    def test_ends_where_it_would_be_refused_again(self, api: MailApi) -> None:
        api.answer_with = NEVER[api.provider]
        message = send(queue_letter())
        assert (message.state, api.tries) == (MessageState.FAILED, 1)
        assert "@" not in message.last_error
        reasons = [each.reason for each in Suppression.objects.all()]
        assert reasons == ([Reason.BOUNCED] if api.provider == "postmark" else [])


class TestUnheard:
    """The provider has the mail, and its answer was lost."""

    def test_is_asked_once_and_then_waited_for(self, api: MailApi, impatient: None) -> None:
        """No library tries again by itself: the reader would have several letters."""
        before = clock.database_now()
        message = send(queue_letter())
        assert (message.state, api.tries, len(api.taken)) == (MessageState.QUEUED, 1, 1)
        assert message.due_at >= before + courier.TIME_TO_HEAR

    def test_is_not_sent_again_once_the_provider_tells_of_it(
        self, api: MailApi, impatient: None, own_clock: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        listen(api.provider, monkeypatch)
        message = send(queue_letter())
        first = "delivered" if api.provider == "postmark" else "sent"
        assert report(api.provider, api, first) == 200
        clock.shift_database_clock(dt.timedelta(hours=1))
        message = send(message)
        assert (message.state, message.provider_id) == (first, "sent-1")
        assert (api.tries, len(api.taken)) == (1, 1)
        assert list_told()[:3] == ["queued", "status", "sent"]

    def test_is_sent_again_as_the_same_mail_where_nobody_tells(
        self, api: MailApi, impatient: None, own_clock: None
    ) -> None:
        """The control, and the best that can be done: mail programs show one for one id."""
        message = send(queue_letter())
        api.silent = False
        clock.shift_database_clock(dt.timedelta(hours=1))
        assert send(message).state == MessageState.SENT
        assert len(api.taken) == 2
        assert len({mail["message_id"] for mail in api.taken}) == 1


class TestCallbacks:
    def test_reach_the_timeline_of_the_case(
        self, api: MailApi, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        listen(api.provider, monkeypatch)
        message = send(queue_letter())
        assert report(api.provider, api, "delivered") == 200
        message.refresh_from_db()
        assert message.state == MessageState.DELIVERED
        assert list_told() == ["queued", "sent", "status", "delivered"]

    def test_of_a_bounce_end_letters_to_that_address(
        self, api: MailApi, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        listen(api.provider, monkeypatch)
        message = send(queue_letter())
        assert report(api.provider, api, "bounced") == 200
        message.refresh_from_db()
        assert message.state == MessageState.BOUNCED
        deliveries.deliver_due()
        kept = Suppression.objects.get()
        assert kept.reason == Reason.BOUNCED
        assert queue_letter().state == MessageState.SUPPRESSED
