"""A command of the case page, and a form of it that came in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from console import commanding
from console.case.record import CaseRecord
from core.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent(commanding.Sent):
    """It is about a return, or about the exchange that is shown beside it."""

    record: CaseRecord

    @property
    def on_return(self) -> dict[str, Any]:
        return {"return_id": self.record.case.pk, **self.who}

    @property
    def on_exchange(self) -> dict[str, Any]:
        if self.record.column is None:
            raise BadInput("This case has no exchange.")
        return {"exchange_id": self.record.column.exchange.pk, **self.who}


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(commanding.Command[Sent]):
    """One address of the case, one dialog where it asks something, one button."""

    @property
    def url_name(self) -> str:
        return f"case_{self.code.replace('-', '_')}"

    @property
    def dialog(self) -> str:
        return f"ask-{self.code}"
