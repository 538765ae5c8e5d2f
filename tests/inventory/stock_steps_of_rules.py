"""What may change about the rules for all stock, and when the next step dies."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st
from hypothesis.stateful import rule

from inventory.models import Location, Lot, StockRule, Variant
from tests.inventory.stock_machine import StockMachine, goods, spots

WHILE_PAUSED = dt.timedelta(minutes=15)


class RuleSteps(StockMachine):
    @rule(good=goods, spot=spots, units=st.integers(0, 3))
    def change_safety_stock(self, good: int, spot: int, units: int) -> None:
        variant, location = place = self.place(good, spot)
        StockRule.objects.update_or_create(
            partner=self.partner,
            variant_id=variant,
            location_id=location,
            defaults={"safety_stock": units},
        )
        self.stock.safety[place] = units

    @rule(cap=st.integers(0, 5))
    def change_cap(self, cap: int) -> None:
        StockRule.objects.update_or_create(
            partner=self.partner, variant=None, channel="web", defaults={"pool_cap": cap}
        )
        self.stock.caps["web"] = cap

    @rule(good=goods, blocked=st.sampled_from([False, False, True]))
    def block_lot(self, good: int, blocked: bool) -> None:
        variant = self.variants[good]
        Lot.objects.update_or_create(
            partner=self.partner,
            variant=Variant.objects.get(pk=variant),
            code="L1",
            defaults={"is_blocked": blocked},
        )
        (self.stock.blocked.add if blocked else self.stock.blocked.discard)((variant, "L1"))

    @rule(spot=spots, closed=st.sampled_from([False, False, True]))
    def close_place(self, spot: int, closed: bool) -> None:
        location = self.locations[spot]
        Location.objects.filter(pk=location).update(is_active=not closed)
        (self.stock.closed.add if closed else self.stock.closed.discard)(location)

    @rule(spot=spots)
    def pause_place(self, spot: int) -> None:
        until = self.stock.now + WHILE_PAUSED
        Location.objects.filter(pk=self.locations[spot]).update(paused_until=until)
        self.stock.paused[self.locations[spot]] = until

    @rule(statements=st.integers(0, 12))
    def crash_at_the_next_step(self, statements: int) -> None:
        """After so many of its statements, or right before its commit."""
        self.crash = statements
