"""What providers tell of a mail afterwards, signed as each of them signs, sent to the intake."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from core import clock
from intake import keys, services, waiting
from tests.factories.letters import DESK, NOW
from tests.intake.desk import make_channel
from tests.intake.test_published_keys import RSA, TOPIC, certify, envelope
from tests.intake.test_signing import PUBLIC_KEY, encode, sendgrid
from tests.notifications.mail_api import MailApi

SECRETS = {"ses": TOPIC, "sendgrid": PUBLIC_KEY.decode(), "postmark": "hush"}
WORDS = {
    "ses": {"sent": "Send", "delivered": "Delivery", "bounced": "Bounce"},
    "sendgrid": {"sent": "processed", "delivered": "delivered", "bounced": "bounce"},
    "postmark": {"delivered": "Delivery", "bounced": "Bounce"},
}


def listen(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Open the channel by which this provider reports; Amazon's certificate is at hand."""
    channel = make_channel(provider, "mail")
    services.add_secret(
        channel=channel, secret=SECRETS[provider], actor=DESK, op_id=uuid4(), now=NOW
    )
    certificate = certify(RSA, ends=clock.now() + dt.timedelta(days=1))
    monkeypatch.setattr(keys, "fetch", lambda address, token: certificate)


def report(provider: str, api: MailApi, what: str, *, of: int = -1) -> int:
    """Tell over HTTP what became of a mail that was taken, and let a worker act on it."""
    mail = api.taken[of]
    name = f"sent-{of % len(api.taken) + 1}"
    body = json.dumps(WRITE[provider](WORDS[provider][what], name, mail)).encode()
    headers: dict[str, str] = {}
    if provider == "ses":
        stamp = clock.now().astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        body = envelope(Message=body.decode(), Timestamp=stamp)
    if provider == "sendgrid":
        headers = sendgrid(b"", body, clock.now())
    if provider == "postmark":
        headers = {"Authorization": "Basic " + encode(b"postmark:hush")}
    answer = Client().post(
        f"/webhooks/{provider}/mail/", body, content_type="application/json", headers=headers
    )
    waiting.settle_waiting()
    return answer.status_code


def _write_ses(said: str, name: str, mail: dict[str, Any]) -> dict[str, Any]:
    return {
        "eventType": said,
        "mail": {"messageId": name, "commonHeaders": {"messageId": mail["message_id"]}},
        said.lower(): {"bounceType": "Permanent"} if said == "Bounce" else {},
    }


def _write_sendgrid(said: str, name: str, mail: dict[str, Any]) -> list[dict[str, Any]]:
    event = {"event": said, "sg_message_id": f"{name}.filter0001", "smtp-id": mail["message_id"]}
    event |= {"anymail_id": mail["anymail_id"], "swapdesk_message": mail["ours"]}
    return [event | ({"type": "bounce"} if said == "bounce" else {})]


def _write_postmark(said: str, name: str, mail: dict[str, Any]) -> dict[str, Any]:
    hard = {"TypeCode": 1, "Type": "HardBounce"} if said == "Bounce" else {}
    about = {"MessageID": name, "Metadata": {"swapdesk_message": mail["ours"]}}
    return {"RecordType": said, **about, **hard}


WRITE = {"ses": _write_ses, "sendgrid": _write_sendgrid, "postmark": _write_postmark}
