"""What of a replacement has gone, where it goes in parts or a crew brought some of it back."""

from __future__ import annotations

from exchanges.queries import ExchangeColumn


def say_gone(column: ExchangeColumn) -> str:
    """“1 of 2”, of the units that were exchanged, those given up among them."""
    gone = sum(line.released for line in column.lines)
    return f"{gone} of {sum(line.quantity for line in column.lines)}"


def came_back_in_part(column: ExchangeColumn) -> bool:
    """A crew left some of it there and brought the rest back: another visit has to bring that."""
    return column.facts.waits_with_rest and not column.facts.is_parted
