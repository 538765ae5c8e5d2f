"""What may happen to goods: sold, come in, put aside, counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from inventory import services
from inventory.models import Allocation, Reservation
from inventory.states import AdjustReason, Bucket, DiscrepancySource, DismissReason, EntryCause
from tests.inventory.stock_machine import (
    HERE,
    REFURBISHED,
    THERE,
    StockMachine,
    few,
    goods,
    lots,
    picks,
    spots,
)
from tests.inventory.stock_model import Count, Key, Sale

places = st.tuples(goods, spots, lots)


def has_sales(machine: Any) -> bool:
    return bool(machine.stock.sales)


def has_counts(machine: Any) -> bool:
    return bool(machine.stock.counts)


def has_done_something(machine: Any) -> bool:
    return machine.again is not None


class GoodsSteps(StockMachine):
    @initialize(here=st.integers(2, 9), there=st.integers(0, 9), lot=st.integers(0, 4))
    def open_the_shop(self, here: int, there: int, lot: int) -> None:
        for good, spot, name, quantity in (
            (0, HERE, "", here),
            (1, HERE, "", there),
            (0, THERE, "", there),
            (0, HERE, "L1", lot),
        ):
            if quantity:
                self.bring(self.key(good, spot, name), quantity, EntryCause.OPENING)

    def bring(self, key: Key, quantity: int, cause: EntryCause) -> None:
        command = self.command()
        self.change(
            key,
            lambda: services.receive_stock(
                **self.at(key), quantity=quantity, cause=cause, **command
            ),
            quantity,
            (None, "available"),
            possible=True,
        )

    def change(
        self,
        key: Key,
        call: Callable[[], Any],
        quantity: int,
        way: tuple[str | None, str | None],
        *,
        possible: bool,
    ) -> bool:
        """Units of a lot on their way from one bucket to another, done again by `repeat`."""
        if self.take(call, possible=possible) is None:
            return False
        self.stock.level(key).move(quantity, *way)
        self.again = call
        return True

    # --- sales ---

    def allocate(self, lines: list[services.AllocationLine], *, possible: bool) -> None:
        command = self.command()
        rows = self.take(
            lambda: services.allocate_stock(
                partner_id=self.partner.pk, lines=lines, channel="web", **command
            ),
            possible=possible,
        )
        for row in rows or ():
            level = row.stock_level
            key = (level.variant_id, level.location_id, level.lot)
            assert key in set(self.stock.usable(key[:2])), "sold what may not be promised"
            self.stock.level(key).move(row.quantity, "available", "allocated")
            self.stock.sales[row.pk] = Sale(row.reference, key, row.quantity)

    @rule(good=goods, spot=spots, quantity=few)
    def allocate_here(self, good: int, spot: int, quantity: int) -> None:
        variant, location = place = self.place(good, spot)
        line = services.AllocationLine(self.name("orderline"), variant, quantity, location)
        self.allocate([line], possible=quantity <= self.stock.sellable(place))

    @rule(one=few, other=few)
    def allocate_anywhere(self, one: int, other: int) -> None:
        lines = [
            services.AllocationLine(self.name("orderline"), self.variants[good], quantity)
            for good, quantity in ((1, other), (0, one))
        ]
        self.allocate(
            lines,
            possible=all(
                line.quantity <= sum(map(self.stock.sellable, self.stock.places(line.variant_id)))
                for line in lines
            ),
        )

    def pick_sale(self, pick: int) -> tuple[str, int]:
        sales = self.stock.sales
        reference = sorted({sale.reference for sale in sales.values()})
        chosen = reference[pick % len(reference)]
        return chosen, sum(sale.quantity for sale in sales.values() if sale.reference == chosen)

    def leave(self, reference: str, quantity: int, target: str | None) -> None:
        """So many units of a sale are gone; the rows that are still open say from where."""
        before = {pk: sale for pk, sale in self.stock.sales.items() if sale.reference == reference}
        still = dict(
            Allocation.objects.filter(reference=reference, state="open").values_list(
                "pk", "quantity"
            )
        )
        gone = {pk: sale.quantity - still.get(pk, 0) for pk, sale in before.items()}
        assert sum(gone.values()) == quantity
        assert all(number >= 0 for number in gone.values())
        for pk, sale in before.items():
            self.stock.level(sale.key).move(gone[pk], "allocated", target)
            sale.quantity = still.get(pk, 0)
            if not sale.quantity:
                del self.stock.sales[pk]

    @precondition(has_sales)
    @rule(pick=picks)
    def cancel_sale(self, pick: int) -> None:
        reference, quantity = self.pick_sale(pick)
        done = self.take(
            lambda: services.cancel_allocation(
                partner_id=self.partner.pk, references=[reference], **self.command()
            ),
            possible=True,
        )
        if done is not None:
            self.leave(reference, quantity, "available")

    @precondition(has_sales)
    @rule(pick=picks, quantity=st.none() | few)
    def ship_sale(self, pick: int, quantity: int | None) -> None:
        reference, sold = self.pick_sale(pick)
        done = self.take(
            lambda: services.ship_allocation(
                partner_id=self.partner.pk,
                references=[reference],
                quantities=None if quantity is None else {reference: quantity},
                **self.command(),
            ),
            possible=(quantity or 1) <= sold,
        )
        if done is not None:
            self.leave(reference, quantity or sold, None)

    # --- goods that come, go and are put aside ---

    @rule(place=places, quantity=few)
    def receive(self, place: tuple[int, int, str], quantity: int) -> None:
        self.bring(self.key(*place), quantity, EntryCause.PURCHASE)

    @rule(place=places, change=st.integers(-4, 4).filter(bool))
    def adjust(self, place: tuple[int, int, str], change: int) -> None:
        key, command = self.key(*place), self.command()
        way = (None, "available") if change > 0 else ("available", None)
        possible = change > 0 or self.free(key) >= -change
        if self.change(
            key,
            lambda: services.adjust_stock(
                **self.at(key), change=change, reason=AdjustReason.FOUND, **command
            ),
            abs(change),
            way,
            possible=possible,
        ):
            self.stock.restate(key, change)

    def free(self, key: Key) -> int:
        return self.stock.free_at(key) if key in self.stock.levels else 0

    @rule(place=places, quantity=few)
    def quarantine(self, place: tuple[int, int, str], quantity: int) -> None:
        key, command = self.key(*place), self.command()
        self.change(
            key,
            lambda: services.quarantine_stock(**self.at(key), quantity=quantity, **command),
            quantity,
            ("available", "quarantine"),
            possible=self.free(key) >= quantity,
        )

    @rule(place=places, quantity=few, by_another=st.booleans())
    def clear(self, place: tuple[int, int, str], quantity: int, by_another: bool) -> None:
        """Whoever put units into quarantine may not let them out: here that was the desk."""
        key, command = self.key(*place), self.command()
        command["actor"] = self.other if by_another else self.desk
        enough = self.stock.level(key).quarantine >= quantity
        self.change(
            key,
            lambda: services.clear_quarantine(**self.at(key), quantity=quantity, **command),
            quantity,
            ("quarantine", "available"),
            possible=enough and by_another,
        )

    @rule(place=places, quantity=few, back=st.booleans())
    def write_off(self, place: tuple[int, int, str], quantity: int, back: bool) -> None:
        key, command = self.key(*place), self.command()
        service = services.return_to_vendor if back else services.scrap_stock
        self.change(
            key,
            lambda: service(**self.at(key), quantity=quantity, **command),
            quantity,
            ("quarantine", None),
            possible=self.stock.level(key).quarantine >= quantity,
        )

    @rule(spot=spots, lot=lots, quantity=few)
    def refurbish(self, spot: int, lot: str, quantity: int) -> None:
        key, command = self.key(0, spot, lot), self.command()
        into = self.key(REFURBISHED, spot, lot)
        if self.change(
            key,
            lambda: services.refurbish_stock(
                **self.at(key), quantity=quantity, into_variant_id=into[0], **command
            ),
            quantity,
            ("quarantine", None),
            possible=self.stock.level(key).quarantine >= quantity,
        ):
            self.stock.level(into).move(quantity, None, "available")

    @rule(
        place=places,
        quantity=few,
        bucket=st.sampled_from([Bucket.AVAILABLE, Bucket.QUARANTINE, Bucket.SCRAP]),
    )
    def take_back(self, place: tuple[int, int, str], quantity: int, bucket: Bucket) -> None:
        key = self.key(*place)
        self.change(
            key,
            lambda: services.take_back(
                **self.at(key),
                quantity=quantity,
                bucket=bucket,
                reference="returnline:1",
                **self.by,
            ),
            quantity,
            (None, None if bucket == Bucket.SCRAP else bucket.value),
            possible=True,
        )
        self.again = None  # it belongs to its caller's operation

    @precondition(has_done_something)
    @rule()
    def repeat(self) -> None:
        """The same operation once more does nothing more."""
        assert self.again is not None
        self.take(self.again, possible=True)

    # --- counts ---

    @rule(
        place=places,
        difference=st.integers(-2, 2),
        source=st.sampled_from([DiscrepancySource.WAREHOUSE, DiscrepancySource.CYCLE_COUNT]),
    )
    def count_goods(
        self, place: tuple[int, int, str], difference: int, source: DiscrepancySource
    ) -> None:
        key = self.key(*place)
        if key not in self.stock.levels:
            return
        expected = self.stock.level(key).available
        counted = max(0, expected + difference)
        found = self.take(
            lambda: [
                services.open_discrepancy(
                    **self.at(key),
                    bucket=Bucket.AVAILABLE,
                    source=source,
                    reference="",
                    expected=expected,
                    counted=counted,
                    counted_at=self.stock.now,
                    **self.by,
                )
            ],
            possible=True,
        )
        if found is None:
            return
        self.stock.counts.pop((key, source), None)
        if found[0] is not None:
            self.stock.counts[key, source] = Count(found[0].pk, expected, counted)
        assert (found[0] is None) == (expected == counted)

    @precondition(has_counts)
    @rule(pick=picks)
    def post_correction(self, pick: int) -> None:
        """What is held gives way to what was counted, newest holds first; what is firm stays."""
        (key, source), count = self.pick_count(pick)
        change = count.counted - count.expected
        active = [
            hold for hold in self.stock.holds.values() if hold.key == key and hold.state == "active"
        ]
        room = self.stock.level(key).available + sum(hold.quantity for hold in active)
        done = self.take(
            lambda: services.post_correction(
                discrepancy_id=count.pk, reason=AdjustReason.COUNTED, **self.command()
            ),
            possible=room >= -change,
        )
        if done is None:
            return
        for hold in active:
            row = Reservation.objects.get(number=hold.number)
            if row.state == "released" and hold.state == "active":
                self.stock.end(hold, "released")
            elif row.quantity < hold.quantity:
                gone = Reservation.objects.filter(continues=hold.number).latest("pk")
                self.stock.end(self.stock.part(hold, gone.quantity, gone.number), "released")
        del self.stock.counts[key, source]
        self.stock.restate(key, change)
        self.stock.level(key).move(change, None, "available")

    @precondition(has_counts)
    @rule(pick=picks)
    def dismiss(self, pick: int) -> None:
        place, count = self.pick_count(pick)
        done = self.take(
            lambda: services.dismiss_discrepancy(
                discrepancy_id=count.pk, reason=DismissReason.MISCOUNTED, **self.command()
            ),
            possible=True,
        )
        if done is not None:
            del self.stock.counts[place]

    def pick_count(self, pick: int) -> tuple[tuple[Key, str], Count]:
        known = sorted(self.stock.counts.items(), key=lambda item: item[1].pk)
        return known[pick % len(known)]
