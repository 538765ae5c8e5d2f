"""Who does something: a person, a customer, a partner's program, or a named part of the desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from core.models import User

Kind = Literal["user", "system", "partner", "customer"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Carried by every command into events, ledgers and history. Holds ids, never names."""

    kind: Kind
    key: str

    @property
    def ref(self) -> str:
        """``user:12``, ``system:hold-expiry``: what event and ledger rows store."""
        return f"{self.kind}:{self.key}"

    @property
    def user_id(self) -> int | None:
        return int(self.key) if self.kind == "user" else None

    @classmethod
    def user(cls, user: User) -> Actor:
        return cls("user", str(user.pk))

    @classmethod
    def system(cls, name: str) -> Actor:
        return cls("system", name)
