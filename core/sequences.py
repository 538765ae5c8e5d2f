"""Counts without a gap, for books that must show that nothing is missing."""

from __future__ import annotations

from core.asking import ask
from core.transactions import requires_transaction


@requires_transaction
def next_in_sequence(name: str) -> int:
    """The next whole number of `name`, from 1. A transaction that fails gives it back.

    The count stays locked until the caller commits, so ask for it last: who comes next waits.
    """
    ((number,),) = ask(
        "INSERT INTO core_numbersequence AS sequence (name, last) VALUES (%s, 1)"
        " ON CONFLICT (name) DO UPDATE SET last = sequence.last + 1 RETURNING last",
        [name],
    )
    return int(number)
