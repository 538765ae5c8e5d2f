"""A command of the case page, and a form of it that came in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django import forms

from console.case.forms import NothingAsked
from console.case.record import CaseRecord
from core.actors import Actor
from core.errors import BadInput
from core.roles import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form of the case as it came in, together with whose it is and when."""

    record: CaseRecord
    data: dict[str, Any]
    version: int
    actor: Actor
    op_id: UUID
    now: dt.datetime

    @property
    def on_return(self) -> dict[str, Any]:
        return {"return_id": self.record.case.pk, **self._who}

    @property
    def on_exchange(self) -> dict[str, Any]:
        if self.record.column is None:
            raise BadInput("This case has no exchange.")
        return {"exchange_id": self.record.column.exchange.pk, **self._who}

    @property
    def _who(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "actor": self.actor,
            "op_id": self.op_id,
            "now": self.now,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """`says` is read before the yes, `done` after it. Without a form a click is enough."""

    code: str
    label: str
    permission: Permission
    says: str
    done: str
    carry_out: Callable[[Sent], object]
    form: type[forms.Form] = NothingAsked
    kind: Literal["secondary", "danger"] = "secondary"

    @property
    def asks(self) -> bool:
        return self.form is not NothingAsked

    @property
    def url_name(self) -> str:
        return f"case_{self.code.replace('-', '_')}"

    @property
    def dialog(self) -> str:
        return f"ask-{self.code}"
