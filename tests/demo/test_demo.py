from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from core import clock
from core.models import Event, User
from demo.crews import HOMES
from demo.defects import CAFES
from demo.loading import NotEmpty, make_demo
from demo.sources import OLD_ORDERS
from exchanges.models import Exchange
from fulfilment.models import Visit
from intake.models import ChannelDocument
from inventory.models import Reservation
from orders.models import Order
from payments.models import CreditMemo
from returns.models import DefectPattern, Evidence, Return
from returns.queries import list_overdue
from returns.queries.evidence import list_seen_before

pytestmark = pytest.mark.django_db


class TestDemo:
    def test_shows_every_state_that_can_be_reached(self, tmp_path: Path) -> None:
        """One test, for the shop takes its time to make."""
        logins = tmp_path / "demo-logins"
        make_demo(now=clock.now(), logins=logins, say=lambda line: None)
        assert Order.objects.filter(purpose="sale").count() == 400 + OLD_ORDERS + len(CAFES) + len(
            HOMES
        )
        assert Return.objects.count() >= 40
        assert set(Return.objects.values_list("state", flat=True)) >= {
            *("authorised", "in_review", "rejected", "in_transit", "partly_received", "received"),
            *("settling", "closed", "cancelled"),
        }
        assert set(Exchange.objects.values_list("state", flat=True)) >= {
            *(
                "quoted",
                "pending_approval",
                "awaiting_payment",
                "awaiting_goods",
                "releasing",
                "partly_shipped",
                "in_transit",
            ),
            *("completed", "cancelled", "converted_to_refund"),
        }
        assert set(Reservation.objects.values_list("state", flat=True)) == {
            *("active", "committed", "consumed", "released", "expired")
        }
        assert set(ChannelDocument.objects.values_list("state", flat=True)) >= {
            *("accepted", "duplicate", "conflict", "held", "dead_letter", "ignored")
        }
        assert set(Visit.objects.values_list("state", flat=True)) == {
            *("scheduled", "dispatched", "done", "failed")
        }
        assert CreditMemo.objects.filter(kept_back__gt=0).exists()  # for what goes out instead
        parted = Exchange.objects.filter(state="partly_shipped")
        # One sent as its goods came in, and one that a crew brought half of back.
        assert sorted(each.part_value is None for each in parted) == [False, True]
        turned = Event.objects.filter(kind="return.turned_into_exchange").values_list("case")
        ahead = Exchange.objects.filter(type="advanced", state="releasing")
        assert {exchange.case for exchange in ahead} & {case for (case,) in turned}
        # What the calendar would end within the day would be gone before anyone has looked at it.
        assert not list(list_overdue(now=clock.now() + dt.timedelta(days=1), limit=1))
        self.check_defects()
        self.check_people(logins)
        with pytest.raises(NotEmpty):
            make_demo(now=clock.now(), logins=logins, say=lambda line: None)

    def check_defects(self) -> None:
        """The daily look finds the lot by its figures; a person knows of the watch."""
        patterns = {each.title: each for each in DefectPattern.objects.all()}
        assert patterns["Strap pin, Field watch"].state == "confirmed"
        found = patterns["Leaks, Brew 400 coffee machine, lot 8813"]
        assert (found.state, found.units_sold, found.defects) == ("proposed", 40, 8)
        photos = list(Evidence.objects.all())
        assert len(photos) >= 10
        assert len({each.evidence_id for each in list_seen_before(photos)}) == 2  # one, used twice

    def check_people(self, logins: Path) -> None:
        assert logins.stat().st_mode & 0o777 == 0o600
        for line in logins.read_text().splitlines():
            _, email, password = line.split()
            assert User.objects.get(email=email).check_password(password)
