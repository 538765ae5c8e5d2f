"""The day's look at the figures, what follows from a pattern, and whom it concerns."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from core import jobs
from core.actors import Actor
from core.errors import ActionBlocked
from core.models import Job
from core.roles import Role
from inventory.models import Variant
from notifications.models import Message
from orders.models import Order, OrderLineUnit
from returns import services, sweeps
from returns.models import DefectPattern, DefectReport, Evidence, Inspection
from returns.photos import SMALL
from returns.queries.radar import (
    count_failed,
    count_sold,
    find_causes_of,
    find_words_of,
    forecast_of,
    list_concerned,
    list_judged,
    list_reports,
)
from returns.states import PatternState
from tests.factories.cases import NOW, grade, inspect, open_case, receive
from tests.factories.defects import make_pattern, make_type, photograph
from tests.factories.people import make_user
from tests.factories.sales import DELIVERED, Sold, make_customer, make_order
from tests.factories.stock import make_lot, make_product, make_variant

pytestmark = pytest.mark.django_db

THEN = DELIVERED - dt.timedelta(days=120)


def sell(variant: Variant, lot: str, units: int, *, email: str = "ana@x.example") -> Order:
    order = make_order(
        Sold(f"{units}.00", quantity=units, variant=variant),
        customer=make_customer(email=email),
        placed_at=THEN,
        shipped_at=THEN,
        delivered_at=THEN,
    )
    line = order.lines.get()
    OrderLineUnit.objects.bulk_create(
        OrderLineUnit(
            partner=line.partner,
            line=line,
            unit_number=number,
            serial=f"{lot}-{line.pk}-{number}",
            lot=lot,
        )
        for number in range(1, units + 1)
    )
    return order


def report(order: Order, units: int, *, symptom: str = "The pump hums.") -> None:
    """So many units of a line come back broken, a case each."""
    line = order.lines.get()
    for number in range(1, units + 1):
        serial = line.units.get(unit_number=number).serial
        wanted = services.WantedReturn(
            order_line_id=line.pk,
            quantity=1,
            reason="defective",
            defect_type=make_type().code,
            symptom=symptom,
            serial=serial,
        )
        open_case(order, wanted)


@pytest.fixture
def machine() -> Variant:
    return make_variant("BRW-400", product=make_product(category="coffee", is_serialised=True))


@pytest.fixture
def shop(machine: Variant) -> Variant:
    """Lot 8813 fails: 8 of 40; lot 8814 does not: 1 of 160."""
    make_lot(machine, "8813", supplier="Oak & Sons")
    report(sell(machine, "8813", 40), 8)
    report(sell(machine, "8814", 160, email=""), 1, symptom="Cracked lid.")
    return machine


def look() -> list[DefectPattern]:
    sweeps.look_for_defects(now=NOW)
    return list(DefectPattern.objects.order_by("pk"))


class TestTheDaysLook:
    def test_counts_units_by_lot_and_days(self, shop: Variant) -> None:
        sold = {row.lot: row for row in count_sold(partner_id=shop.partner_id, now=NOW)}
        assert {lot: row.units for lot, row in sold.items()} == {"8813": 40, "8814": 160}
        assert sold["8813"].unit_days == pytest.approx(40 * (NOW - THEN).total_seconds() / 86400)
        failed = {row.lot: row.units for row in count_failed(partner_id=shop.partner_id, now=NOW)}
        assert failed == {"8813": 8, "8814": 1}

    def test_counts_goods_without_serials_under_no_lot(self) -> None:
        order = make_order(Sold("9.00", quantity=3))
        (row,) = count_sold(partner_id=order.partner_id, now=NOW)
        assert (row.lot, row.units) == ("", 3)

    def test_proposes_with_the_figures(self, shop: Variant) -> None:
        (pattern,) = look()
        assert (pattern.state, pattern.lot) == (PatternState.PROPOSED, "8813")
        assert (pattern.units_sold, pattern.defects) == (40, 8)
        assert pattern.expected == pytest.approx(40 * 1 / 160)
        assert pattern.p_value is not None
        assert pattern.q_value is not None
        # 8 or more of 9 when each is lot 8813's with one in five.
        exact = 9 * 0.2**8 * 0.8 + 0.2**9
        assert pattern.p_value == pytest.approx(exact)

    def test_is_taken_once_a_day(self, shop: Variant) -> None:
        look()
        report(sell(shop, "8813", 5), 4)
        assert look()[0].defects == 8
        sweeps.look_for_defects(now=NOW + dt.timedelta(days=1))
        assert DefectPattern.objects.get().defects == 12

    def test_does_not_count_cancelled_lines(self, shop: Variant) -> None:
        for each in DefectReport.objects.filter(lot="8813"):
            services.cancel_return(
                return_id=each.return_line.return_case_id,
                version=None,
                reason="No.",
                actor=Actor.system("test"),
                op_id=uuid4(),
                now=NOW,
            )
        assert look() == []


class TestAPatternsPage:
    def test_says_which_lot_and_supplier_explain_it(self, shop: Variant) -> None:
        (pattern,) = look()
        causes = find_causes_of(pattern, now=NOW)
        assert [(cause.factor, cause.level) for cause in causes[:2]] == [
            ("Lot", "8813"),
            ("Supplier", "Oak & Sons"),
        ]
        assert (causes[0].units, causes[0].defects, causes[0].is_sure) == (40, 8, True)

    def test_says_which_words_are_its_own(self, shop: Variant) -> None:
        other = make_variant(product=make_product(category="coffee"))
        report(sell(other, "1", 9), 6, symptom="Cracked lid.")
        assert find_words_of(look()[0])[0].word in ("hums", "pump")

    def test_says_how_many_are_still_to_come(self, shop: Variant) -> None:
        found = forecast_of(look()[0], now=NOW)
        assert (found.in_hands, found.seen) == (32, 8)
        assert found.low <= found.expected <= found.high

    def test_lists_who_has_one_at_home(self, shop: Variant) -> None:
        (concerned,) = list_concerned(look()[0], now=NOW)
        assert (concerned.units, concerned.can_be_written_to) == (32, True)


class TestTellingCustomers:
    def confirm(self, pattern: DefectPattern) -> Any:
        lead = Actor.user(make_user(Role.LEAD))
        services.confirm_pattern(
            pattern_id=pattern.pk,
            because="Seen.",
            stops_lot=False,
            actor=lead,
            op_id=uuid4(),
            now=NOW,
        )
        return lead

    @pytest.mark.causes("defect_notice")
    def test_writes_once_to_each(self, shop: Variant) -> None:
        (pattern,) = look()
        lead = self.confirm(pattern)
        asked = {"pattern_id": pattern.pk, "actor": lead, "now": NOW}
        for letters in (1, 0):
            job = services.tell_customers(op_id=uuid4(), **asked)
            jobs.run(job.pk, now=NOW)
            job.refresh_from_db()
            assert (job.state, job.result["Letters"]) == (Job.State.DONE, letters)
        assert Message.objects.filter(template="defect_notice").count() == 1

    def test_is_only_of_what_a_person_has_confirmed(self, shop: Variant) -> None:
        (pattern,) = look()
        with pytest.raises(ActionBlocked):
            services.tell_customers(
                pattern_id=pattern.pk,
                actor=Actor.user(make_user(Role.LEAD)),
                op_id=uuid4(),
                now=NOW,
            )


class TestAccuracy:
    def test_is_what_inspection_found(self, machine: Variant) -> None:
        order = sell(machine, "8813", 2)
        report(order, 2)
        first, second = DefectReport.objects.order_by("pk")
        for each, passes in ((first, True), (second, False)):
            case = each.return_line.return_case
            line = each.return_line
            counted = services.CountedLine(
                return_line_id=line.pk, quantity=1, serial_found=each.serial
            )
            (row,) = receive(case, counted).lines.all()
            disposition = "quality_reject"
            inspect(case, grade(row.pk, is_accepted=passes, disposition=disposition))
        judged = list_judged(user=make_user(), since=NOW - dt.timedelta(days=1))
        assert [(one.said, one.found) for one in judged] == [(True, True), (True, False)]

    def test_is_what_inspection_says_of_the_defect_before_whether_it_passed(
        self, machine: Variant
    ) -> None:
        report(sell(machine, "8813", 2), 2)
        passes_by_word = {True: False, False: True}  # refused though faulty, taken though sound
        for each, word in zip(DefectReport.objects.order_by("pk"), passes_by_word, strict=True):
            line = each.return_line
            counted = services.CountedLine(
                return_line_id=line.pk, quantity=1, serial_found=each.serial
            )
            (row,) = receive(line.return_case, counted).lines.all()
            looked = grade(
                row.pk,
                is_accepted=passes_by_word[word],
                is_defect_confirmed=word,
                disposition="quality_reject",
            )
            inspect(line.return_case, looked)
        judged = list_judged(user=make_user(), since=NOW - dt.timedelta(days=1))
        assert sorted(one.found for one in judged) == [False, True]
        kept = Inspection.objects.order_by("pk").values_list("is_accepted", "is_defect_confirmed")
        assert list(kept) == [(False, True), (True, False)]


class TestTheLog:
    def test_is_found_by_sku_lot_type_and_pattern(self, shop: Variant) -> None:
        pattern = make_pattern(shop, lot="8814")
        user = make_user()
        for asked, count in (
            ({}, 9),
            ({"text": "brw-400"}, 9),
            ({"text": "8813"}, 8),
            ({"text": "nothing"}, 0),
            ({"defect_type": "leak"}, 9),
            ({"warranty": "none"}, 0),
            ({"pattern": pattern.public_id}, 1),
        ):
            assert list_reports(user=user, **asked).count() == count


class TestTheSweepOfPhotos:
    @pytest.fixture(autouse=True)
    def _at_once(self, settings, tmp_path, monkeypatch) -> None:
        settings.PRIVATE_FILES = tmp_path
        monkeypatch.setattr(sweeps, "ORPHAN_AFTER", dt.timedelta(hours=-1))

    def test_takes_files_without_a_row(self, tmp_path) -> None:
        line = make_order().lines.get()
        kept, lost = photograph(line, 1), photograph(line, 2)
        Evidence.objects.filter(pk=lost.pk).delete()
        assert sweeps.sweep_evidence(now=NOW) == 2
        left = {path.name for path in tmp_path.glob("*/*")}
        assert left == {kept.name, f"{kept.name}{SMALL}"}

    def test_takes_photos_for_which_nobody_opened_a_case(self, tmp_path) -> None:
        photograph(make_order().lines.get())
        sweeps.sweep_evidence(now=NOW + dt.timedelta(days=2))
        assert list(tmp_path.glob("*/*")) == []
        assert Evidence.objects.get().removed_at is not None
