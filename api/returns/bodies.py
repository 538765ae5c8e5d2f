from __future__ import annotations

from rest_framework import serializers

from api.bodies import Body, Count, Text
from api.commands import Reasoned
from policies.rules import CONDITIONS
from returns.states import Outcome, Reason, ShortCloseRule

MOST_LINES = 100
MOST_UNITS = 1_000_000
LAST_POSITION = 32_767

# What is exchanged is opened, and called off, as an exchange.
OUTCOMES = [choice for choice in Outcome.choices if choice[0] != Outcome.EXCHANGE]


class ReturnedLine(Body):
    """Units of one order line that come back, and why."""

    order = Text(max_length=40, help_text="The order's id.")
    line = Count(min_value=1, max_value=LAST_POSITION, help_text="Its position in the order.")
    quantity = Count(min_value=1, max_value=MOST_UNITS)
    reason = serializers.ChoiceField(choices=Reason.choices)
    condition = serializers.ChoiceField(choices=CONDITIONS, required=False)
    comment = Text(max_length=500, required=False, allow_blank=True)
    defect_type = Text(max_length=40, required=False)
    symptom = Text(max_length=500, required=False)
    serial = Text(max_length=80, required=False)


class RefundedLine(ReturnedLine):
    """Units that come back for money, for credit, or to be repaired."""

    outcome = serializers.ChoiceField(choices=OUTCOMES, required=False, default=Outcome.REFUND)


class NewReturn(Body):
    """Lines of one customer, of one channel and currency."""

    lines = serializers.ListField(child=RefundedLine(), min_length=1, max_length=MOST_LINES)


class NewOutcome(Reasoned):
    """What the customer wants instead for one line."""

    line = Count(min_value=1, max_value=LAST_POSITION, help_text="Its position in the return.")
    outcome = serializers.ChoiceField(choices=OUTCOMES)


class WantedException(Reasoned):
    """What the customer wants for the goods, though policy is against it."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)


class LineUnits(Body):
    """So many units of a line."""

    line = Count(min_value=1, max_value=LAST_POSITION, help_text="Its position in the return.")
    quantity = Count(min_value=1, max_value=MOST_UNITS)


class Kept(Reasoned):
    """What the customer keeps; everything awaited unless it is said."""

    units = serializers.ListField(
        child=LineUnits(), min_length=1, max_length=MOST_LINES, required=False
    )


class ClosedShort(Kept):
    """What never comes, and what becomes of its money."""

    rule = serializers.ChoiceField(choices=ShortCloseRule.choices)
