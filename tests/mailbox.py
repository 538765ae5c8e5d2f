"""A mail server that keeps what it is given."""

import asyncio
import email
import email.policy
import socket
from email.message import EmailMessage
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox(Controller):
    """SMTP on a free port of the loopback. `messages` holds what arrived, oldest first.

    `refuse_with`, when set, is the answer to the next messages, such as "550 no such mailbox";
    `refuse_recipients_with` is the answer to whom they are for.
    """

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refuse_with: str | None = None
        self.refuse_recipients_with: str | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        super().__init__(self, hostname="127.0.0.1", port=self._listener.getsockname()[1])

    def _create_server(self):  # the base class would bind the port a second time
        return self.loop.create_server(self._factory_invoker, sock=self._listener)

    async def handle_RCPT(  # noqa: N802
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        to: str,
        _options: list[str],
    ) -> str:
        await asyncio.sleep(0)
        if self.refuse_recipients_with:
            return self.refuse_recipients_with
        envelope.rcpt_tos.append(to)
        return "250 known"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(0)
        if self.refuse_with:
            return self.refuse_with
        content = cast(bytes, envelope.content)
        message = email.message_from_bytes(content, policy=email.policy.default)
        self.messages.append(message)
        return "250 kept"
