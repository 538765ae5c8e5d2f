from __future__ import annotations

import datetime as dt

import pytest

from fulfilment.rules import PAUSE, choose_hold_message, delay_after


class TestChooseHoldMessage:
    @pytest.mark.parametrize(
        ("event", "is_known", "told"),
        [
            ("reservation.made", False, "hold"),
            ("reservation.made", True, None),
            ("reservation.extended", True, "extend"),
            ("reservation.extended", False, "hold"),
            ("reservation.committed", True, "extend"),
            ("reservation.committed", False, "hold"),
            ("reservation.split", True, "extend"),
            ("reservation.split", False, "hold"),
            ("reservation.released", True, "release"),
            ("reservation.released", False, None),
            ("reservation.expired", True, "release"),
            ("reservation.consumed", True, "release"),
            ("reservation.consumed", False, None),
        ],
    )
    def test_tells_what_the_warehouse_does_not_know(
        self, event: str, is_known: bool, told: str | None
    ) -> None:
        assert choose_hold_message(event, is_known=is_known) == told


class TestDelayAfter:
    def test_doubles_up_to_a_quarter_of_an_hour(self) -> None:
        for failures, longest in ((1, 5), (2, 10), (5, 80), (8, 640), (9, 900), (10_000, 900)):
            delays = [delay_after(failures).total_seconds() for _ in range(50)]
            assert longest / 2 <= min(delays) <= max(delays) <= longest

    def test_is_never_longer_than_that(self) -> None:
        assert delay_after(500) <= dt.timedelta(seconds=PAUSE.longest)
