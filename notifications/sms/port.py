"""What every way to send text messages can do, and how it says that it could not."""

from __future__ import annotations

import datetime as dt
from typing import Protocol


class Refused(Exception):
    """The provider said no. `is_final`: it will say so again. Codes only, never its text.

    `reason` is what that means for the number: ``bounced`` (there is nobody), ``stopped`` (they
    answered STOP), or blank.
    """

    def __init__(self, code: str, *, is_final: bool, reason: str = "") -> None:
        super().__init__(code)
        self.code, self.is_final, self.reason = code, is_final, reason


class NotHeard(Exception):
    """No answer, or none that says whether it was taken: it may have been sent."""


class SmsGateway(Protocol):
    """`send` returns the provider's id. Before a second try `find` says what the first one did."""

    name: str

    def send(self, *, to: str, body: str, reference: str) -> str: ...

    def find(self, *, to: str, body: str, since: dt.datetime) -> list[str]:
        """Ids of what was sent to this number in these words since then, the oldest first."""
        ...
