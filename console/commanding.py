"""What pages offer to do: one entry of a table is one button, its words, and one service call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from django import forms

from core.actors import Actor
from core.roles import Permission


class NothingAsked(forms.Form):
    """A command that needs no more than a yes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form that came in, together with whose it is, when, and which version they saw."""

    data: dict[str, Any]
    version: int | None
    actor: Actor
    op_id: UUID
    now: dt.datetime

    @property
    def who(self) -> dict[str, Any]:
        """What every service wants to know besides its words."""
        return {
            "version": self.version,
            "actor": self.actor,
            "op_id": self.op_id,
            "now": self.now,
        }


Came = TypeVar("Came", bound=Sent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Generic[Came]):
    """`says` is read before the yes, `done` after it. Without a form a click is enough."""

    code: str
    label: str
    permission: Permission
    says: str
    done: str
    carry_out: Callable[[Came], object]
    form: type[forms.Form] = NothingAsked
    kind: Literal["primary", "secondary", "danger"] = "secondary"

    @property
    def asks(self) -> bool:
        return self.form is not NothingAsked
