from __future__ import annotations

from rest_framework import serializers

from api.bodies import Body, Count, Flag, Text
from api.commands import Reasoned
from api.returns.bodies import LAST_POSITION, MOST_LINES, MOST_UNITS, ReturnedLine
from exchanges.states import ExchangeType


class Replacement(Body):
    """What goes out instead."""

    sku = Text(max_length=80)
    quantity = Count(min_value=1, max_value=MOST_UNITS)
    replaces = Count(
        min_value=1,
        max_value=LAST_POSITION,
        required=False,
        help_text="Which of the returned lines, counted from 1. Without it, it goes beside them.",
    )
    location = Text(
        max_length=40, required=False, help_text="Where from; the best place without it."
    )
    may_wait = Flag(
        required=False, help_text="Back-ordered where too few are free and enough is expected."
    )
    second_sku = Text(
        max_length=80,
        required=False,
        help_text="The customer’s second wish: goes out by itself if the first runs out, for no"
        " more than it costs today.",
    )


class Replacements(Body):
    """What goes out, all of it."""

    replacements = serializers.ListField(child=Replacement(), min_length=1, max_length=MOST_LINES)


class NewExchange(Replacements):
    """What comes back, and what goes out for it."""

    lines = serializers.ListField(child=ReturnedLine(), min_length=1, max_length=MOST_LINES)
    type = serializers.ChoiceField(
        choices=ExchangeType.choices, required=False, default=ExchangeType.REGULAR
    )


class ExchangedInstead(Replacements, Reasoned):
    """What goes out for lines of a case that were to be refunded or repaired."""

    type = serializers.ChoiceField(
        choices=ExchangeType.choices, required=False, default=ExchangeType.REGULAR
    )


class RefusedGoods(Reasoned):
    """Whether the customer pays for what was refused after its replacement had left."""

    charges = Flag()


class Substituted(Replacements, Reasoned):
    """What goes out instead of what the warehouse did not find, with the customer's consent."""


class Cancelled(Reasoned):
    """Whether the goods still come back, for money."""

    continue_return = Flag()


class Adjusted(Reasoned):
    """What the customer is asked for sending it, in the currency of the case."""

    shipping_fee = Text(max_length=20, help_text="A decimal as text: “5.00”.")
