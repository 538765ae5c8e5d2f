"""The answer of a rule that is asked whether something may be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.errors import ActionBlocked


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes, or no with every reason, each a sentence an agent can read on the disabled button."""

    allowed: bool
    reasons: tuple[str, ...] = ()

    @classmethod
    def allow(cls) -> Verdict:
        return cls(allowed=True)

    @classmethod
    def refuse(cls, *reasons: str) -> Verdict:
        if not reasons:
            raise ValueError("a refusal says why")
        return cls(allowed=False, reasons=reasons)

    @classmethod
    def of(cls, *reasons: str | Literal[False] | None) -> Verdict:
        """Allowed when no reason is left: ``Verdict.of(is_late and "It is too late.")``."""
        objections = tuple(reason for reason in reasons if reason)
        return cls(allowed=not objections, reasons=objections)

    def __bool__(self) -> bool:
        return self.allowed

    def __and__(self, other: Verdict) -> Verdict:
        """Both must allow; all reasons are kept, so that a person fixes them in one go."""
        return Verdict(self.allowed and other.allowed, self.reasons + other.reasons)

    def require(self, message: str) -> None:
        """Go on, or raise `ActionBlocked` with `message` and the reasons."""
        if not self.allowed:
            raise ActionBlocked(message, reasons=list(self.reasons))
