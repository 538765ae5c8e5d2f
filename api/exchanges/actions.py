"""The console's verdicts on what may be done with an exchange, under the API's own names."""

from __future__ import annotations

from api.shapes import AllowedAction
from core.roles import Permission
from exchanges.queries import list_actions as list_buttons
from exchanges.rules import ExchangeFacts
from exchanges.states import ExchangeState

# Address of the command → code of the button.
COMMANDS = {
    "accept": "accept_quote",
    "quote": "quote_exchange",
    "change-items": "quote_exchange",
    "substitute": "substitute_replacement",
    "adjust": "adjust_quote",
    "ask-approval": "ask_approval",
    "send-payment-link": "send_payment_link",
    "hold-again": "hold_again",
    "extend-hold": "extend_hold",
    "release-hold": "release_hold",
    "convert-to-refund": "convert_to_refund",
    "cancel": "cancel_exchange",
}


def list_actions(facts: ExchangeFacts) -> list[AllowedAction]:
    """Every command of the API on an exchange: whether it may be sent now, and if not, why."""
    by_code = {button.code: button for button in list_buttons(facts, list(Permission))}
    otherwise = f"Not of an exchange that is {ExchangeState(facts.state).label.lower()}."
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
