"""The console's verdicts on what may be done with an exchange, under the API's own names."""

from __future__ import annotations

from api.shapes import AllowedAction, action
from exchanges import queries
from exchanges.models import Exchange
from exchanges.queries.actions import KINDS
from exchanges.rules import ExchangeFacts

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
    "drop-rest": "drop_rest",
    "arrange-visit": "arrange_visit",
    "decide-refused": "decide_refused",
    "convert-to-refund": "convert_to_refund",
    "convert-to-sale": "convert_to_sale",
    "cancel": "cancel_exchange",
}


RULES = {kind.code: kind.rule for kind in KINDS}


def list_actions(facts: ExchangeFacts) -> list[AllowedAction]:
    """Every command of the API on an exchange: whether it may be sent now, and if not, why.

    By the rule that the command itself asks. The console shows fewer buttons than there are
    commands; a program is told of each.
    """
    return [action(name, RULES[code](facts)) for name, code in COMMANDS.items()]


def list_actions_of(exchange: Exchange) -> list[AllowedAction]:
    """The same for one as it is now, with what policy says."""
    return list_actions(queries.ask_policy(exchange, queries.read_facts(exchange)))
