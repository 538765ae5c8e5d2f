"""What stock is, in plain Python: the meaning that the database is held against.

Where several ways are right (which lot gives, which due hold is swept first) the model says what
is allowed, and takes over what was chosen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

Place = tuple[int, int]  # variant, location
Key = tuple[int, int, str]  # and lot
BUCKETS = ("available", "held", "allocated", "quarantine")
LIVE = ("active", "committed")
GRACE = dt.timedelta(minutes=10)


@dataclass
class Level:
    available: int = 0
    held: int = 0
    allocated: int = 0
    quarantine: int = 0

    def move(self, quantity: int, source: str | None, target: str | None) -> None:
        """`None` is the world outside."""
        if source:
            setattr(self, source, getattr(self, source) - quantity)
        if target:
            setattr(self, target, getattr(self, target) + quantity)

    def as_tuple(self) -> tuple[int, ...]:
        return tuple(getattr(self, bucket) for bucket in BUCKETS)


@dataclass
class Hold:
    number: str
    reference: str
    key: Key
    quantity: int
    expires: dt.datetime | None
    began: dt.datetime
    state: str = "active"
    channel: str = ""
    grace_until: dt.datetime | None = None
    grace_for: str = ""

    @property
    def place(self) -> Place:
        return self.key[:2]


@dataclass
class Sale:
    """Open units of one allocation."""

    reference: str
    key: Key
    quantity: int


@dataclass
class Count:
    """An open discrepancy of the free units of a level."""

    pk: int
    expected: int
    counted: int

    @property
    def missing(self) -> int:
        return max(0, self.expected - self.counted)


@dataclass
class Stock:
    """All of it. `now` is the database's clock; rules are by place and by channel."""

    now: dt.datetime
    levels: dict[Key, Level] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    sales: dict[int, Sale] = field(default_factory=dict)
    counts: dict[tuple[Key, str], Count] = field(default_factory=dict)
    safety: dict[Place, int] = field(default_factory=dict)
    caps: dict[str, int] = field(default_factory=dict)
    blocked: set[tuple[int, str]] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)
    paused: dict[int, dt.datetime] = field(default_factory=dict)

    # --- what there is ---

    def level(self, key: Key) -> Level:
        return self.levels.setdefault(key, Level())

    def is_due(self, hold: Hold) -> bool:
        if hold.state != "active" or hold.expires is None or hold.expires > self.now:
            return False
        return hold.grace_until is None or hold.grace_until <= self.now

    def runs(self, hold: Hold) -> bool:
        return hold.state == "active" and not self.is_due(hold)

    def of(self, reference: str, *states: str) -> list[Hold]:
        wanted = states or LIVE
        return [
            hold
            for hold in self.holds.values()
            if hold.reference == reference and hold.state in wanted
        ]

    def running(self, reference: str) -> list[Hold]:
        return [hold for hold in self.of(reference) if self.runs(hold)]

    def references(self, *states: str) -> list[str]:
        wanted = states or LIVE
        return sorted({hold.reference for hold in self.holds.values() if hold.state in wanted})

    def free_at(self, key: Key) -> int:
        """Free units of one lot: what lies there and what due holds would give."""
        due = [hold for hold in self.holds.values() if hold.key == key and self.is_due(hold)]
        return self.levels[key].available + units(due)

    def usable(self, place: Place) -> Iterator[Key]:
        """The lots that a promise may be made from."""
        variant, location = place
        if location in self.closed or self.paused.get(location, self.now) > self.now:
            return
        for key in self.levels:
            if key[:2] == place and (variant, key[2]) not in self.blocked:
                yield key

    def missing(self, place: Place) -> int:
        """What counts say is not there; of two counts of one lot the larger gap."""
        gaps: dict[Key, int] = {}
        for (key, _), count in self.counts.items():
            if key[:2] == place and (key[0], key[2]) not in self.blocked:
                gaps[key] = max(gaps.get(key, 0), count.missing)
        return sum(gaps.values())

    def sellable(self, place: Place) -> int:
        return max(0, sum(map(self.free_at, self.usable(place))) - self.missing(place))

    def promisable(self, place: Place) -> int:
        floor = self.safety.get(place, 0) + self.missing(place)
        return max(0, sum(map(self.free_at, self.usable(place))) - floor)

    def left_in_pool(self, variant: int, channel: str) -> int:
        cap = self.caps.get(channel)
        if cap is None:
            return 10**9
        kept = (
            hold.quantity
            for hold in self.holds.values()
            if hold.channel == channel
            and hold.key[0] == variant
            and hold.state in LIVE
            and not self.is_due(hold)
        )
        return cap - sum(kept)

    def places(self, variant: int) -> list[Place]:
        return sorted({key[:2] for key in self.levels if key[0] == variant})

    # --- what happens to it ---

    def hold(self, hold: Hold) -> None:
        self.holds[hold.number] = hold
        self.level(hold.key).move(hold.quantity, "available", "held")

    def end(self, hold: Hold, state: str) -> None:
        assert hold.state in LIVE
        hold.state = state
        self.level(hold.key).move(
            hold.quantity, "held", None if state == "consumed" else "available"
        )

    def part(self, hold: Hold, quantity: int, number: str) -> Hold:
        """So many units of a hold under a number of their own."""
        assert 0 < quantity < hold.quantity
        hold.quantity -= quantity
        piece = Hold(
            number=number,
            reference=hold.reference,
            key=hold.key,
            quantity=quantity,
            expires=hold.expires,
            began=hold.began,
            state=hold.state,
            channel=hold.channel,
            grace_until=hold.grace_until,
            grace_for=hold.grace_for,
        )
        self.holds[number] = piece
        return piece

    def commit(self, hold: Hold) -> None:
        hold.state, hold.expires, hold.grace_until, hold.grace_for = "committed", None, None, ""

    def restate(self, key: Key, change: int) -> None:
        """The ledger is set right by `change`, and open counts with it."""
        for place, count in list(self.counts.items()):
            if place[0] == key:
                count.expected += change
                if count.expected == count.counted:
                    del self.counts[place]


def units(holds: Iterable[Hold]) -> int:
    return sum(hold.quantity for hold in holds)
