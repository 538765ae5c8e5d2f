"""How the warehouse behaves, well or badly. Kept in its store, so that a restart changes nothing.

The defaults are gentle: it acknowledges at once, picks and ships what is released from now on
within about a minute, and leaves everything else to whoever sits at its control page.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from demo.warehouse.store import Store


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Seconds, chances from 0 to 1, and counts of how often yet."""

    works: float = 1  # picks and ships by itself
    pick_after: float = 30
    ship_after: float = 30
    deliver_after: float = 0  # 0: only by hand
    short_pick: float = 0  # the chance that a parcel is short of its first line
    down: float = 0  # answers 503 to everything
    hang_up_before: float = 0  # so many times: hears nothing, answers nothing
    hang_up_after: float = 0  # so many times: acts, and answers nothing
    repeat: float = 0  # sends every report twice
    reorder: float = 0  # sends reports in any order
    forgetful: float = 0  # acts on whatever comes, as often as it comes: a broken warehouse
    seed: float = 1


NAMES = tuple(field.name for field in fields(Behaviour))


def read_behaviour(store: Store) -> Behaviour:
    said = {row["name"]: row["value"] for row in store.rows("SELECT name, value FROM setting")}
    return Behaviour(**{name: value for name, value in said.items() if name in NAMES})


def change_behaviour(store: Store, **changes: float) -> Behaviour:
    """Raises `KeyError` for something it cannot do."""
    for name, value in changes.items():
        if name not in NAMES:
            raise KeyError(name)
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
