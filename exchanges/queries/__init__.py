"""Reads of exchanges: what the guards see, what a quote would be, what a screen shows."""

from exchanges.queries.actions import Action, list_actions
from exchanges.queries.cases import (
    ExchangeColumn,
    MoneyRow,
    Step,
    describe_exchange,
    get_exchange,
    list_due_quotes,
    list_money,
    list_rejections,
    list_steps,
)
from exchanges.queries.facts import (
    get_quote,
    list_holds,
    list_kept_references,
    list_references,
    read_facts,
)
from exchanges.queries.offers import Offer, list_offers, rank_substitutes
from exchanges.queries.planning import (
    Plan,
    Preview,
    get_destination,
    get_hold_scope,
    get_hold_terms,
    get_ship_to,
    list_exchanged_lines,
    list_lines,
    list_substitutes,
    plan_exchange,
    preview_quote,
)
from exchanges.queries.sending import Way, compute_promise, get_way, list_open_tenders, weigh_way

__all__ = [
    "Action",
    "ExchangeColumn",
    "MoneyRow",
    "Offer",
    "Plan",
    "Preview",
    "Step",
    "Way",
    "compute_promise",
    "describe_exchange",
    "get_destination",
    "get_exchange",
    "get_hold_scope",
    "get_hold_terms",
    "get_quote",
    "get_ship_to",
    "get_way",
    "list_actions",
    "list_due_quotes",
    "list_exchanged_lines",
    "list_holds",
    "list_kept_references",
    "list_lines",
    "list_money",
    "list_offers",
    "list_open_tenders",
    "list_references",
    "list_rejections",
    "list_steps",
    "list_substitutes",
    "plan_exchange",
    "preview_quote",
    "rank_substitutes",
    "read_facts",
    "weigh_way",
]
