"""What may be done with a quote: the commands of its exchange that are about it."""

from __future__ import annotations

from api.exchanges.actions import list_actions_of
from api.shapes import AllowedAction, action, find_action
from core.verdicts import Verdict
from exchanges import queries
from exchanges.models import Quote

COMMANDS = ("accept", "quote", "change-items", "adjust", "ask-approval")
REPLACED = Verdict.refuse("Another quote of its exchange counts.")


def list_actions(row: Quote) -> list[AllowedAction]:
    """`POST /exchanges/{id}/{action}`, as its exchange says it. `row` with its exchange."""
    counts = queries.get_quote(row.exchange)
    if counts is None or counts.pk != row.pk:
        return [action(name, REPLACED) for name in COMMANDS]
    told = list_actions_of(row.exchange)
    return [find_action(told, name) for name in COMMANDS]
