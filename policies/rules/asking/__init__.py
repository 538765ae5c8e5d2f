"""Each rule asked about one case, in the order in which people read the answers."""

from __future__ import annotations

from collections.abc import Callable

from policies.rules.answers import Answer
from policies.rules.asking.attention import (
    ask_auto_approve,
    ask_evidence,
    ask_risk,
    ask_triggers,
    ask_value,
    ask_velocity,
)
from policies.rules.asking.goods import ask_condition, ask_final_sale, ask_returnable
from policies.rules.asking.money import (
    ask_fee,
    ask_keep_it,
    ask_return_shipping_fee,
    ask_send_back,
)
from policies.rules.asking.time import ask_warranty, ask_window
from policies.rules.book import RuleBook
from policies.rules.facts import CaseFacts

Question = Callable[[CaseFacts, RuleBook], Answer | None]

# Those that may decide, and those that only say on which terms.
DECIDING: tuple[Question, ...] = (
    ask_returnable,
    ask_final_sale,
    ask_condition,
    ask_window,
    ask_warranty,
    ask_evidence,
    ask_value,
    ask_auto_approve,
    ask_triggers,
    ask_velocity,
    ask_risk,
)
TELLING: tuple[Question, ...] = (
    ask_fee,
    ask_return_shipping_fee,
    ask_keep_it,
    ask_send_back,
)
