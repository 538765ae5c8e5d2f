"""How the provider behaves, well or badly. Kept in its store, so that a restart changes nothing.

The defaults are gentle: everything is answered at once and every notice is sent once.
"""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass, fields

from demo.bank.store import Store


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Seconds, chances from 0 to 1, and counts of how often yet."""

    delay: float = 0  # before an answer
    down: float = 0  # answers 503 to everything
    hang_up_before: float = 0  # so many times: hears nothing, answers nothing
    hang_up_after: float = 0  # so many times: acts, and answers nothing
    drop_before: float = 0  # the chance of the same
    drop_after: float = 0
    slow_answers: float = 0  # the chance that an answer takes three seconds
    decline_from: float = 10_000  # amounts that no card of its pays
    hold_days: float = 7  # how long a card hold is valid
    refunds_fail: float = 0  # so many refunds are taken and fail later
    refunds_fail_after: float = 3 * 86_400
    repeat: float = 0  # sends every notice three times
    reorder: float = 0  # sends notices in any order
    late: float = 0  # seconds until a notice is sent
    silent: float = 0  # sends no notices
    forgetful: float = 0  # does not look at keys: a broken provider
    seed: float = 1


NAMES = tuple(field.name for field in fields(Behaviour))
_dice = random.Random(1)


def read_behaviour(store: Store) -> Behaviour:
    said = {row["name"]: row["value"] for row in store.rows("SELECT name, value FROM setting")}
    return Behaviour(**{name: value for name, value in said.items() if name in NAMES})


def change_behaviour(store: Store, **changes: float) -> Behaviour:
    """Raises `KeyError` for something it cannot do."""
    for name, value in changes.items():
        if name not in NAMES:
            raise KeyError(name)
        if name == "seed":
            _dice.seed(value)
        store.run("INSERT OR REPLACE INTO setting VALUES (?, ?)", name, float(value))
    return read_behaviour(store)


def use_up(store: Store, name: str) -> bool:
    """Take one from a count, if there is one left to take."""
    with store.transaction():
        left = asdict(read_behaviour(store))[name]
        if left < 1:
            return False
        change_behaviour(store, **{name: left - 1})
        return True


def by_chance(chance: float) -> bool:
    return chance > 0 and _dice.random() < chance
