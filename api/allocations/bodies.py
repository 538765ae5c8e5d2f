from __future__ import annotations

from rest_framework import serializers

from api.bodies import Body, Count, Text

MOST_LINES = 100
MOST_UNITS = 1_000_000


class ReferenceField(serializers.RegexField):
    """A partner's own name for what it sold, fit for an address. No colon: those are ours."""

    default_error_messages = {"invalid": "1 to 64 letters, digits, dots, dashes, underscores."}

    def __init__(self) -> None:
        super().__init__(r"\A[A-Za-z0-9._-]{1,64}\Z", max_length=64, trim_whitespace=False)


class Line(Body):
    reference = ReferenceField()
    sku = Text(max_length=80)
    quantity = Count(min_value=1, max_value=MOST_UNITS)
    location = Text(max_length=40, required=False)


class NewAllocations(Body):
    channel = Text(max_length=40, required=False)
    lines = serializers.ListField(child=Line(), min_length=1, max_length=MOST_LINES)


class Shipped(Body):
    """How many units have left; all of them unless it is said."""

    quantity = Count(min_value=1, max_value=MOST_UNITS, required=False)
