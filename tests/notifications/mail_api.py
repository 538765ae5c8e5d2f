"""SES, SendGrid and Postmark as servers on the loopback: the one call of each that sends a mail."""

from __future__ import annotations

import base64
import email
import email.policy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

CREDENTIALS = "a-key-of-theirs"
INACTIVE = (
    "You tried to send to a recipient that has been marked as inactive.\n Found inactive"
    " addresses: ana@customers.example.\n Inactive recipients are ones that have generated a hard"
    " bounce or a spam complaint. "
)


@dataclass(frozen=True)
class Said:
    """What a provider answers: its status, headers, and a body."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class MailApi:
    """`taken` are the mails that the provider has, oldest first, `tries` all that was asked of it.

    `answer_with` is what it says instead of yes, and then it has taken nothing. One that is
    `silent` takes the mail and does not answer until the desk has hung up.
    """

    provider: str
    url: str = ""
    taken: list[dict[str, Any]] = field(default_factory=list)
    tries: int = 0
    answer_with: Said | None = None
    silent: bool = False
    hung_up: Event = field(default_factory=Event)

    def take(self, path: str, headers: Any, body: bytes) -> Said:
        self.tries += 1
        mail = READ[self.provider](path, headers, json.loads(body))
        if self.answer_with:
            return self.answer_with
        self.taken.append(mail)
        return SAY[self.provider](f"sent-{len(self.taken)}")


def _read_ses(path: str, headers: Any, said: dict[str, Any]) -> dict[str, Any]:
    assert path == "/v2/email/outbound-emails"
    assert headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIATEST/")
    mail = email.message_from_bytes(
        base64.b64decode(said["Content"]["Raw"]["Data"]), policy=email.policy.default
    )
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain
    assert page
    return {
        "to": said["Destination"]["ToAddresses"][0],
        "subject": str(mail["Subject"]),
        "message_id": str(mail["Message-ID"]),
        "bodies": [plain.get_content(), page.get_content()],
        "ours": json.loads(mail["X-Metadata"])["swapdesk_message"],
    }


def _read_sendgrid(path: str, headers: Any, said: dict[str, Any]) -> dict[str, Any]:
    assert (path, headers["Authorization"]) == ("/v3/mail/send", f"Bearer {CREDENTIALS}")
    return {
        "to": said["personalizations"][0]["to"][0]["email"],
        "subject": said["subject"],
        "message_id": said["headers"]["Message-ID"],
        "bodies": [part["value"] for part in said["content"]],
        "ours": said["custom_args"]["swapdesk_message"],
        "anymail_id": said["personalizations"][0]["custom_args"]["anymail_id"],
    }


def _read_postmark(path: str, headers: Any, said: dict[str, Any]) -> dict[str, Any]:
    assert (path, headers["X-Postmark-Server-Token"]) == ("/email", CREDENTIALS)
    given = {each["Name"]: each["Value"] for each in said["Headers"]}
    assert given["X-PM-KeepID"] == "true"
    return {
        "to": said["To"],
        "subject": said["Subject"],
        "message_id": given["Message-ID"],
        "bodies": [said["TextBody"], said["HtmlBody"]],
        "ours": said["Metadata"]["swapdesk_message"],
    }


READ = {"ses": _read_ses, "sendgrid": _read_sendgrid, "postmark": _read_postmark}
SAY = {
    "ses": lambda name: Said(200, {"MessageId": name}),
    "sendgrid": lambda name: Said(202, headers={"X-Message-Id": name}),
    "postmark": lambda name: Said(
        200,
        {"ErrorCode": 0, "Message": "OK", "MessageID": name, "To": "ana@customers.example"},
    ),
}


@contextmanager
def serving(provider: str) -> Iterator[MailApi]:
    api = MailApi(provider)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            said = api.take(self.path, self.headers, body)
            if api.silent:
                api.hung_up.wait(30)
                self.close_connection = True
                return
            content = b"" if said.body is None else json.dumps(said.body).encode()
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        api.hung_up.set()
        server.shutdown()
        server.server_close()
        thread.join()
