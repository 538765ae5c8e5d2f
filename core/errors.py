"""Refusals a person can read. Whatever raises one sits beside the rule that it states."""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """The base of every refusal: a message for people, a code and data for programs.

    ``status`` is the HTTP status that screens and the API answer with.
    """

    code = "refused"
    status = 409

    def __init__(self, message: str, **data: Any) -> None:
        super().__init__(message)
        self.message = message
        self.data = data


class BadInput(DomainError):
    """An argument that can never be right, with the field that is wrong."""

    code = "bad_input"
    status = 422

    def __init__(self, message: str, *, field: str = "", **data: Any) -> None:
        super().__init__(message, field=field, **data)
        self.field = field


class NotPermitted(DomainError):
    """The actor may never do this, in whatever state the record is."""

    code = "not_permitted"
    status = 403


class ActionBlocked(DomainError):
    """The action is legal for this actor, only not now. ``reasons`` says why, line by line."""

    code = "action_blocked"

    def __init__(self, message: str, *, reasons: list[str] | None = None, **data: Any) -> None:
        super().__init__(message, reasons=reasons or [message], **data)
        self.reasons = reasons or [message]


class StaleVersion(DomainError):
    """Somebody changed the case after this screen was drawn."""

    code = "stale_version"

    def __init__(self, *, seen: int, current: int) -> None:
        super().__init__(
            "This case was changed by someone else while you had it open.",
            seen=seen,
            current=current,
        )
        self.seen = seen
        self.current = current


class OperationReused(DomainError):
    """One operation id was sent with two different contents."""

    code = "operation_reused"
    status = 422


class TryAgain(DomainError):
    """The database was too busy to decide; nothing was changed."""

    code = "try_again"
    status = 503
