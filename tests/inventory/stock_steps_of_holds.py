"""What may happen to holds."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from inventory import services
from inventory.expiry import expire_due
from inventory.models import Reservation
from inventory.rules import HoldScope, Wanted
from inventory.states import ReleaseCause
from tests.inventory.stock_machine import (
    LENGTHS,
    STEPS,
    StockMachine,
    channels,
    few,
    goods,
    picks,
    spots,
)
from tests.inventory.stock_model import GRACE, Hold, Place, units

A_PAYMENTS_TIME = dt.timedelta(minutes=12)


def has_live_holds(machine: Any) -> bool:
    return bool(machine.stock.references())


def has_active_holds(machine: Any) -> bool:
    return bool(machine.stock.references("active"))


def has_committed_holds(machine: Any) -> bool:
    return bool(machine.stock.references("committed"))


class HoldSteps(StockMachine):
    # --- making ---

    def reserve(self, wanted: list[Wanted], length: dt.timedelta, channel: str) -> Any:
        return services.reserve(
            partner_id=self.partner.pk,
            case="return:1",
            wanted=wanted,
            destination=None,
            hold_for=length,
            scope=HoldScope(channel=channel),
            **self.by,
        )

    def hold(
        self, wanted: list[Wanted], length: dt.timedelta, channel: str, *, possible: bool
    ) -> None:
        rows = self.take(lambda: self.reserve(wanted, length, channel), possible=possible)
        if rows is None:
            return
        now = self.stock.now
        made = self.new_holds(rows, expires=now + length, began=now, channel=channel)
        for line in wanted:
            own = [hold for hold in made if hold.reference == line.reference]
            assert units(own) == line.quantity
            assert {hold.key[0] for hold in own} == {line.variant_id}
            if line.location_id:
                assert {hold.key[1] for hold in own} == {line.location_id}

    def may_hold(self, place: Place, quantity: int, channel: str) -> bool:
        in_pool = quantity <= self.stock.left_in_pool(place[0], channel)
        return in_pool and quantity <= self.stock.promisable(place)

    @rule(good=goods, spot=spots, quantity=few, length=st.sampled_from(LENGTHS), channel=channels)
    def hold_one(
        self, good: int, spot: int, quantity: int, length: dt.timedelta, channel: str
    ) -> None:
        place = self.place(good, spot)
        wanted = [Wanted(self.name("exchangeline"), place[0], quantity, place[1])]
        self.hold(wanted, length, channel, possible=self.may_hold(place, quantity, channel))

    @rule(good=goods, quantity=few, length=st.sampled_from(LENGTHS), channel=channels)
    def hold_anywhere(self, good: int, quantity: int, length: dt.timedelta, channel: str) -> None:
        variant = self.variants[good]
        possible = any(
            self.may_hold((variant, location), quantity, channel) for location in self.locations
        )
        wanted = [Wanted(self.name("exchangeline"), variant, quantity)]
        self.hold(wanted, length, channel, possible=possible)

    @rule(spot=spots, one=few, other=few, length=st.sampled_from(LENGTHS), channel=channels)
    def hold_many(
        self, spot: int, one: int, other: int, length: dt.timedelta, channel: str
    ) -> None:
        places = [(self.place(1, spot), one), (self.place(0, spot), other)]
        wanted = [
            Wanted(self.name("exchangeline"), place[0], quantity, place[1])
            for place, quantity in places
        ]
        possible = all(self.may_hold(place, quantity, channel) for place, quantity in places)
        self.hold(wanted, length, channel, possible=possible)

    @precondition(has_live_holds)
    @rule(pick=picks, length=st.sampled_from(LENGTHS))
    def hold_again(self, pick: int, length: dt.timedelta) -> None:
        """A repetition gets what is held, and changes nothing."""
        reference = self.pick_reference(pick)
        held = self.stock.of(reference)
        if any(self.stock.is_due(hold) for hold in held) or len({h.place for h in held}) > 1:
            return
        ((variant, location),) = {hold.place for hold in held}
        wanted = [Wanted(reference, variant, units(held), location)]
        rows = self.take(lambda: self.reserve(wanted, length, ""), possible=True)
        if rows is not None:
            assert {row.number for row in rows} == {hold.number for hold in held}

    def pick_reference(self, pick: int, *states: str) -> str:
        known = self.stock.references(*states)
        return known[pick % len(known)]

    # --- keeping ---

    @precondition(has_active_holds)
    @rule(pick=picks, length=st.sampled_from(LENGTHS))
    def prolong(self, pick: int, length: dt.timedelta) -> None:
        reference = self.pick_reference(pick, "active")
        running = self.stock.running(reference)
        call = self.take(
            lambda: services.prolong(references=[reference], hold_for=length, **self.by),
            possible=bool(running),
        )
        for hold in running if call is not None else ():
            assert hold.expires is not None
            hold.expires = max(hold.expires, self.stock.now + length)

    @precondition(has_active_holds)
    @rule(pick=picks)
    def commit(self, pick: int) -> None:
        reference = self.pick_reference(pick, "active")
        running = self.stock.running(reference)
        rows = self.take(
            lambda: services.commit(references=[reference], **self.by), possible=bool(running)
        )
        for hold in running if rows is not None else ():
            self.stock.commit(hold)

    @precondition(has_active_holds)
    @rule(pick=picks, quantity=few)
    def commit_part(self, pick: int, quantity: int) -> None:
        reference = self.pick_reference(pick, "active")
        enough = units(self.stock.running(reference)) >= quantity
        rows = self.take(
            lambda: services.commit(
                references=[reference], quantities={reference: quantity}, **self.by
            ),
            possible=enough,
        )
        if rows is not None:
            parts = [self.part_of(row) for row in rows]
            assert units(parts) == quantity
            for part in parts:
                self.stock.commit(part)

    def part_of(self, row: Reservation) -> Hold:
        """The hold of a row; one that is new was parted from the hold that it continues."""
        if row.number not in self.stock.holds:
            whole = self.stock.holds[row.continues]
            self.stock.part(whole, row.quantity, row.number)
        return self.stock.holds[row.number]

    @precondition(has_active_holds)
    @rule(pick=picks, payment=st.integers(1, 3))
    def grant_grace(self, pick: int, payment: int) -> None:
        reference, name = self.pick_reference(pick, "active"), f"moneyoperation:{payment}"
        running = self.stock.running(reference)
        rows = self.take(
            lambda: services.grant_grace(
                references=[reference], payment=name, for_=A_PAYMENTS_TIME, **self.by
            ),
            possible=bool(running),
        )
        for hold in running if rows is not None else ():
            if hold.grace_for != name:
                assert hold.expires is not None
                hold.grace_until = min(self.stock.now + A_PAYMENTS_TIME, hold.expires + GRACE)
                hold.grace_for = name

    @precondition(has_active_holds)
    @rule(pick=picks, payment=st.integers(1, 3))
    def end_grace(self, pick: int, payment: int) -> None:
        reference, name = self.pick_reference(pick, "active"), f"moneyoperation:{payment}"
        rows = self.take(
            lambda: services.end_grace(references=[reference], payment=name, **self.by),
            possible=True,
        )
        for hold in self.stock.of(reference, "active") if rows is not None else ():
            if hold.grace_for == name:
                hold.grace_until, hold.grace_for = None, ""

    # --- ending ---

    @precondition(has_live_holds)
    @rule(pick=picks)
    def consume(self, pick: int) -> None:
        reference = self.pick_reference(pick)
        committed = self.stock.of(reference, "committed")
        rows = self.take(
            lambda: services.consume(references=[reference], **self.by), possible=bool(committed)
        )
        for hold in committed if rows is not None else ():
            self.stock.end(hold, "consumed")

    @precondition(has_live_holds)
    @rule(pick=picks)
    def release(self, pick: int) -> None:
        reference = self.pick_reference(pick)
        rows = self.take(
            lambda: services.release(
                references=[reference], cause=ReleaseCause.CANCELLED, **self.by
            ),
            possible=True,
        )
        for hold in self.stock.of(reference) if rows is not None else ():
            self.stock.end(hold, "released")

    @precondition(has_live_holds)
    @rule(pick=picks, quantity=few)
    def release_part(self, pick: int, quantity: int) -> None:
        reference = self.pick_reference(pick)
        held = units(self.stock.of(reference))
        rows = self.take(
            lambda: services.release(
                references=[reference],
                cause=ReleaseCause.REMAINDER,
                quantities={reference: quantity},
                **self.by,
            ),
            possible=True,
        )
        if rows is not None:
            parts = [self.part_of(row) for row in rows]
            assert units(parts) == min(quantity, held)
            for part in parts:
                self.stock.end(part, "released")

    @precondition(has_committed_holds)
    @rule(pick=picks, found=st.integers(0, 4))
    def report_short(self, pick: int, found: int) -> None:
        committed = [hold for hold in self.stock.holds.values() if hold.state == "committed"]
        hold = committed[pick % len(committed)]
        rows = self.take(
            lambda: services.report_short(number=hold.number, found=found, **self.by),
            possible=found <= hold.quantity,
        )
        if rows:
            had = hold.quantity
            parts = [self.part_of(row) for row in rows]
            assert units(parts) == had - found
            for part in parts:
                self.stock.end(part, "released")

    @rule()
    def sweep(self) -> None:
        due = [hold for hold in self.stock.holds.values() if self.stock.is_due(hold)]
        ended = self.take(lambda: expire_due(now=self.stock.now), possible=True)
        assert ended in (None, len(due))

    @rule(step=st.sampled_from(STEPS))
    def let_time_pass(self, step: dt.timedelta) -> None:
        self.pass_time(step)

    # --- becoming another ---

    @precondition(has_active_holds)
    @rule(pick=picks, quantity=few)
    def split(self, pick: int, quantity: int) -> None:
        reference, other = self.pick_reference(pick, "active"), self.name("exchangeline")
        left = units(self.stock.running(reference)) - quantity
        into = {other: quantity} | ({reference: left} if left else {})
        rows = self.take(
            lambda: services.split(reference=reference, into=into, **self.by), possible=left >= 0
        )
        for row in rows or ():
            part = self.part_of(row)
            part.reference = row.reference
        assert rows is None or units(self.stock.running(other)) == quantity

    @precondition(has_live_holds)
    @rule(pick=picks, spot=spots)
    def move(self, pick: int, spot: int) -> None:
        live = [hold for hold in self.stock.holds.values() if hold.state in ("active", "committed")]
        hold = live[pick % len(live)]
        place = (hold.key[0], self.locations[spot])
        held_there = any(one.place == place for one in self.stock.running(hold.reference))
        possible = (
            self.stock.runs(hold)
            and not hold.grace_for
            and not held_there
            and hold.quantity <= self.stock.promisable(place)
            and self.stock.left_in_pool(place[0], hold.channel) >= 0
        )
        rows = self.take(
            lambda: services.move(number=hold.number, location_id=place[1], **self.by),
            possible=possible,
        )
        if rows is not None:
            self.stock.end(hold, "released")
            moved = self.new_holds(
                rows, expires=hold.expires, began=hold.began, channel=hold.channel
            )
            assert units(moved) == hold.quantity
            assert {one.place for one in moved} == {place}

    @precondition(has_live_holds)
    @rule(pick=picks, spot=spots, quantity=few, length=st.sampled_from(LENGTHS))
    def substitute(self, pick: int, spot: int, quantity: int, length: dt.timedelta) -> None:
        """Other goods instead; what the old ones kept counts as free for neither."""
        reference = self.pick_reference(pick)
        old = self.stock.of(reference)
        variant = next(each for each in self.variants if each != old[0].key[0])
        place = (variant, self.locations[spot])
        wanted = [Wanted(reference, variant, quantity, place[1])]
        rows = self.take(
            lambda: services.substitute(
                references=[reference],
                wanted=wanted,
                destination=None,
                hold_for=length,
                scope=HoldScope(),
                **self.by,
            ),
            possible=quantity <= self.stock.promisable(place),
        )
        if rows is not None:
            for hold in old:
                if hold.state in ("active", "committed"):
                    self.stock.end(hold, "released")
            now = self.stock.now
            assert units(self.new_holds(rows, expires=now + length, began=now)) == quantity
