from __future__ import annotations

from rest_framework import serializers

from api.bodies import Body, Flag, Text
from api.returns.bodies import MOST_LINES, RefundedLine

MOST_RETURNS = 100


class BulkReturn(Body):
    """One return of many. `key` is yours: what was made under it is not made again."""

    key = Text(max_length=64)
    lines = serializers.ListField(child=RefundedLine(), min_length=1, max_length=MOST_LINES)


class BulkReturns(Body):
    """Up to a hundred returns. A dry run says what would become of each and changes nothing."""

    returns = serializers.ListField(child=BulkReturn(), min_length=1, max_length=MOST_RETURNS)
    dry_run = Flag(required=False, default=False)
