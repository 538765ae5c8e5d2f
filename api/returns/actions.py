"""The console's verdicts on what may be done with a return, under the API's own names."""

from __future__ import annotations

import datetime as dt

from api.shapes import AllowedAction, action
from core.roles import Permission
from core.verdicts import Verdict
from exchanges.queries import find_obstacle, list_states
from exchanges.rules import can_open_instead
from returns.models import Return
from returns.queries import list_actions as list_buttons
from returns.states import ReturnState

# Address of the command → code of the button.
COMMANDS = {
    "authorise": "authorise_return",
    "reject": "reject_return",
    "depart": "mark_departed",
    "clear-risk": "clear_risk",
    "change-outcome": "change_outcome",
    "ask-exception": "ask_exception",
    "exchange-instead": "exchange_instead",
    "keep": "keep_goods",
    "short-close": "short_close",
    "appeal": "appeal_return",
    "cancel": "cancel_return",
}


# Why a button is not there, where the state of the case is not the reason.
WITHOUT_BUTTON = {
    "clear_risk": "Nothing of this case is held because of its risk.",
    "ask_exception": "Policy is not against anything that may become of these goods.",
    "exchange_instead": "No line of it can be exchanged any more.",
}


def list_actions(case: Return, *, decider: str, now: dt.datetime) -> list[AllowedAction]:
    """Every command of the API on a return: whether it may be sent now, and if not, why.

    `take-option` may be sent where there is anything to choose; why one of the options may not
    be taken, they say themselves.
    """
    buttons = list_buttons(case, permissions=list(Permission), decider=decider)
    by_code = {button.code: button for button in buttons}
    otherwise = f"Not of a return that is {ReturnState(case.state).label.lower()}."
    actions: list[AllowedAction] = []
    for name, code in COMMANDS.items():
        button = by_code.get(code)
        verdict = (
            Verdict.of(*button.reasons)
            if button
            else Verdict.refuse(WITHOUT_BUTTON.get(code, otherwise))
        )
        if code == "exchange_instead" and button:
            verdict &= can_open_instead(list_states(case.pk), return_state=case.state)
        actions.append(action(name, verdict))
    actions.append(action("take-option", Verdict.of(find_obstacle(case, now=now))))
    return actions
