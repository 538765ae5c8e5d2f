"""What may be done about a verdict: the commands of its return that turn or confirm it."""

from __future__ import annotations

import datetime as dt

from api.returns.actions import list_actions as list_of_return
from api.shapes import AllowedAction, action, find_action
from core.verdicts import Verdict
from policies.models import Decision
from returns.models import Return

COMMANDS = ("authorise", "reject", "appeal", "ask-exception")
REPLACED = Verdict.refuse("A later decision on this line counts.")


def list_actions(
    row: Decision, case: Return, *, decider: str, now: dt.datetime
) -> list[AllowedAction]:
    """`POST /returns/{id}/{action}`, as the return says it."""
    later = Decision.objects.for_partner(row.partner_id).filter(subject=row.subject, pk__gt=row.pk)
    if later.exists():
        return [action(name, REPLACED) for name in COMMANDS]
    told = list_of_return(case, decider=decider, now=now)
    return [find_action(told, name) for name in COMMANDS]
