"""The console's verdicts on what may be done with a return, under the API's own names."""

from __future__ import annotations

from api.shapes import AllowedAction
from core.roles import Permission
from returns.models import Return
from returns.queries import list_actions as list_buttons
from returns.states import ReturnState

# Address of the command → code of the button.
COMMANDS = {
    "authorise": "authorise_return",
    "reject": "reject_return",
    "depart": "mark_departed",
    "change-outcome": "change_outcome",
    "keep": "keep_goods",
    "short-close": "short_close",
    "appeal": "appeal_return",
    "cancel": "cancel_return",
}


def list_actions(case: Return, *, decider: str) -> list[AllowedAction]:
    """Every command of the API on a return: whether it may be sent now, and if not, why."""
    buttons = list_buttons(case, permissions=list(Permission), decider=decider)
    by_code = {button.code: button for button in buttons}
    otherwise = f"Not of a return that is {ReturnState(case.state).label.lower()}."
    actions: list[AllowedAction] = []
    for name, code in COMMANDS.items():
        button = by_code.get(code)
        actions.append(
            {
                "action": name,
                "is_allowed": bool(button and button.is_allowed),
                "reasons": list(button.reasons) if button else [otherwise],
            }
        )
    return actions
