from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from unittest import mock
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from core import jobs
from core.actors import Actor
from core.models import Event, Job, Operation, Partner
from inventory.imports import (
    FileRefused,
    ImportMode,
    ImportPlan,
    RowOutcome,
    find_last_import,
    plan_stock_import,
    read_stock_file,
    start_stock_import,
    store_stock_file,
    take_rows,
)
from inventory.models import Discrepancy, Location, StockEntry, StockLevel, Variant
from tests.factories.stock import make_bin, make_location, make_stock, make_variant
from tests.inventory.broken import find_broken_laws

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
DESK = Actor.system("test")
HEADER = "sku,location,quantity,lot,bin,unit_cost\n"


class TestReadStockFile:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    def test_reads_letters_as_they_were_saved(self, encoding: str) -> None:
        file = read_stock_file("sku;location;quantity\nSCHÜRZE;Köln;3\n".encode(encoding))
        assert [(row.sku, row.location, row.quantity) for row in file.rows] == [
            ("SCHÜRZE", "Köln", 3)
        ]

    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    def test_finds_the_separator(self, separator: str) -> None:
        lines = ["sku,location,qty,cost", 'A,LEJ,3,"12.50"']
        file = read_stock_file("\r\n".join(lines).replace(",", separator).encode())
        assert file.errors == []
        assert (file.rows[0].quantity, file.rows[0].unit_cost) == (3, Decimal("12.50"))

    def test_reads_a_decimal_comma_where_commas_do_not_separate(self) -> None:
        file = read_stock_file(b"sku;location;quantity;unit cost\nA;LEJ;3;12,50\n")
        assert file.rows[0].unit_cost == Decimal("12.50")

    @pytest.mark.parametrize(
        ("cells", "column", "words"),
        [
            ("A,LEJ,-1,,,", "quantity", "below zero"),
            ("A,LEJ,1.5,,,", "quantity", "whole units"),
            ("A,LEJ,1 000,,,", "quantity", "whole units"),
            ("A,LEJ,٣,,,", "quantity", "digits only"),
            ("A,LEJ,99999999,,,", "quantity", "at most"),
            ("A,LEJ,,,,", "quantity", "Fill it in"),
            ("=1+1,LEJ,1,,,", "sku", "formula"),
            ("A,LEJ,1,@SUM(A1),,", "lot", "formula"),
            ("A,LEJ,1,,,-2", "unit_cost", "0 or more"),
            ("A\u202e,LEJ,1,,,", "sku", "cannot be seen"),
            (f"{'A' * 81},LEJ,1,,,", "sku", "longer than 80"),
            ("A,LEJ,1", "", "3 cells, the header 6"),
        ],
    )
    def test_refuses_a_cell_with_its_place(self, cells: str, column: str, words: str) -> None:
        (error,) = read_stock_file(f"{HEADER}B,LEJ,1,,,\n{cells}\n".encode()).errors
        assert (error.line, error.column) == (3, column)
        assert words in error.message

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "empty"),
            (b"sku,location,quantity\n", "no lines"),
            (b"sku,location\nA,LEJ\n", "missing"),
            (b"sku,sku,location,quantity\n", "twice"),
            (b"sku,location,quantity,price\n", "Nobody knows"),
            (b"sku," * 100_000 + b"location\n", "100001 columns"),
            (b"sku,location,quantity\nA,\x00,1\n", "NUL"),
            (b"sku,location,quantity\n\x81,LEJ,1\n", "cannot be read"),
            (b'sku,location,quantity\n"A,LEJ,1\n', "quotes"),
            (b"\xff\xfes\x00k", "cannot be read"),
            (b"x" * (10 * 1024 * 1024 + 1), "larger"),
        ],
    )
    def test_refuses_what_nobody_can_read(self, content: bytes, words: str) -> None:
        file = read_stock_file(content)
        assert any(words in error.message for error in file.errors)
        assert file.rows == []

    def test_refuses_a_place_that_comes_twice(self) -> None:
        file = read_stock_file(f"{HEADER}A,LEJ,1,,,\nA,LEJ,1,L1,,\nA,LEJ,2,,,\n".encode())
        assert [(error.line, error.message) for error in file.errors] == [
            (4, "Line 2 has the same SKU, place and lot. Join them.")
        ]

    def test_refuses_two_costs_of_one_sku(self) -> None:
        file = read_stock_file(f"{HEADER}A,LEJ,1,,,5\nA,WRO,1,,,6\n".encode())
        assert file.errors[0].message == "Line 2 gives this SKU another cost."

    def test_refuses_more_lines_than_it_takes(self) -> None:
        lines = "".join(f"A{number},LEJ,1\n" for number in range(200_001))
        (error,) = read_stock_file(f"sku,location,quantity\n{lines}".encode()).errors
        assert error.line == 200_002

    def test_counts_errors_that_it_does_not_list(self) -> None:
        file = read_stock_file((HEADER + "A,LEJ,x,,,\n" * 300).encode())
        assert (len(file.errors), file.refused) == (200, 300)


@pytest.fixture
def shop() -> Variant:
    """RED-M lies in Leipzig and nowhere else; Wrocław is open."""
    variant = make_variant("RED-M")
    location = make_location("LEJ")
    make_bin(location, "A-01", kind="pick")
    make_location("WRO")
    make_stock(variant, location, 5)
    return variant


def plan_of(shop: Variant, *lines: str, mode: ImportMode = ImportMode.SET) -> ImportPlan:
    content = (HEADER + "\n".join(lines)).encode()
    return plan_stock_import(partner_id=shop.partner_id, content=content, mode=mode)


def take(shop: Variant, *lines: str, mode: ImportMode = ImportMode.SET) -> list[object]:
    plan = plan_of(shop, *lines, mode=mode)
    return list(take_rows(plan, partner_id=shop.partner_id, actor=DESK, now=NOW))


def level_at(code: str) -> StockLevel:
    return StockLevel.objects.get(location__code=code)


@pytest.mark.django_db
class TestPlanStockImport:
    def test_says_what_each_line_would_change(self, shop: Variant) -> None:
        plan = plan_of(shop, "RED-M,LEJ,3,,,", "RED-M,WRO,7,,,", "RED-M,LEJ,0,L9,,")
        assert [(row.before, row.after, row.outcome) for row in plan.rows] == [
            (5, 3, RowOutcome.DIFFERS),
            (0, 7, RowOutcome.RECEIVED),
            (0, 0, RowOutcome.SAME),
        ]
        assert level_at("LEJ").available == 5

    @pytest.mark.parametrize(
        ("line", "column", "words"),
        [
            ("BLUE,LEJ,1,,,", "sku", "The catalogue has no “BLUE”"),
            ("RED-M,MARS,1,,,", "location", "Write one of: LEJ, WRO"),
            ("RED-M,LEJ,1,,Z-99,", "bin", "no bin “Z-99”"),
        ],
    )
    def test_refuses_what_the_desk_does_not_know(
        self, shop: Variant, line: str, column: str, words: str
    ) -> None:
        (error,) = plan_of(shop, line).file.errors
        assert (error.line, error.column) == (2, column)
        assert words in error.message

    def test_names_what_cannot_be_read_and_what_is_not_known_at_once(self, shop: Variant) -> None:
        plan = plan_of(shop, "BLUE,LEJ,1,,,", "RED-M,LEJ,few,,,", "RED-M,MARS,1,,,")
        said = [(error.line, error.column) for error in plan.file.errors]
        assert said == [(2, "sku"), (3, "quantity"), (4, "location")]
        with pytest.raises(FileRefused, match="3 lines are refused"):
            list(take_rows(plan, partner_id=shop.partner_id, actor=DESK, now=NOW))

    def test_refuses_to_add_nothing(self, shop: Variant) -> None:
        plan = plan_of(shop, "RED-M,LEJ,0,,,", mode=ImportMode.ADD)
        assert not plan.is_good
        with pytest.raises(FileRefused, match="line 2, quantity"):
            list(take_rows(plan, partner_id=shop.partner_id, actor=DESK, now=NOW))


@pytest.mark.django_db
class TestTakeRows:
    def test_receives_what_never_lay_there(self, shop: Variant) -> None:
        take(shop, "RED-M,WRO,7,,,4.20")
        shop.refresh_from_db()
        assert (level_at("WRO").available, shop.unit_cost) == (7, Decimal("4.20"))
        assert level_at("WRO").entries.get().cause == "opening"

    def test_opens_a_discrepancy_instead_of_overwriting(self, shop: Variant) -> None:
        take(shop, "RED-M,LEJ,3,,,")
        found = Discrepancy.objects.get()
        assert (found.expected, found.counted, found.source) == (5, 3, "file")
        assert level_at("LEJ").available == 5

    def test_adds_what_came_in(self, shop: Variant) -> None:
        take(shop, "RED-M,LEJ,3,,A-01,", mode=ImportMode.ADD)
        level = level_at("LEJ")
        assert (level.available, str(level.bin)) == (8, "A-01")
        assert find_broken_laws() == set()

    def test_takes_each_row_of_a_file_once(self, shop: Variant) -> None:
        for _ in range(2):
            take(shop, "RED-M,LEJ,3,,,", mode=ImportMode.ADD)
        assert level_at("LEJ").available == 8

    def test_takes_many_rows_in_few_statements(
        self, shop: Variant, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        plan = plan_of(shop, *(f"RED-M,WRO,{number},L{number},," for number in range(1, 61)))
        with django_assert_max_num_queries(12):
            taken = list(take_rows(plan, partner_id=shop.partner_id, actor=DESK, now=NOW))
        assert taken == [RowOutcome.RECEIVED] * 60
        assert find_broken_laws() == set()

    def test_leaves_the_rows_that_a_single_one_leaves(self, shop: Variant) -> None:
        """Received, the same, different and costlier: by the batch, and each by itself."""
        other = make_variant("BLUE-M")
        make_stock(other, shop.stock.get().location, 5)
        lines = ["{},LEJ,5,,,", "{},WRO,7,,,4.20", "{},LEJ,0,L9,,", "{},WRO,2,L1,,"]
        by_batch = take(shop, *(line.format("RED-M") for line in lines), "RED-M,WRO,3,L2,,")
        with mock.patch("inventory.imports.running.import_rows", return_value={}):
            singly = take(shop, *(line.format("BLUE-M") for line in lines), "BLUE-M,WRO,3,L2,,")
        assert by_batch == singly == ["same", "received", "same", "received", "received"]
        assert rows_of(shop) == rows_of(other)
        assert Operation.objects.filter(kind="inventory.import_row").count() == 10
        assert find_broken_laws() == set()

    def test_leaves_to_itself_what_is_refused(self, shop: Variant) -> None:
        """What lies there has changed since the plan: one row differs, the others are taken."""
        plan = plan_of(shop, "RED-M,WRO,4,,,", "RED-M,LEJ,5,,,", "RED-M,WRO,1,L1,,")
        make_stock(shop, Location.objects.get(code="WRO"), 9)
        taken = list(take_rows(plan, partner_id=shop.partner_id, actor=DESK, now=NOW))
        assert taken == [RowOutcome.DIFFERS, RowOutcome.SAME, RowOutcome.RECEIVED]
        assert Discrepancy.objects.get().expected == 9

    def test_goes_on_where_it_was_stopped(self, shop: Variant) -> None:
        lines = ("RED-M,LEJ,3,,,", "RED-M,WRO,4,,,")
        plan = plan_of(shop, *lines, mode=ImportMode.ADD)
        rows = take_rows(plan, partner_id=shop.partner_id, actor=DESK, now=NOW)
        next(rows)
        rows.close()
        take(shop, *lines, mode=ImportMode.ADD)
        assert (level_at("LEJ").available, level_at("WRO").available) == (8, 4)


def rows_of(variant: Variant) -> list[object]:
    """What the import left of a variant, but for names and ids."""
    variant.refresh_from_db()
    levels = StockLevel.objects.filter(variant=variant).order_by("location__code", "lot")
    entries = StockEntry.objects.filter(stock_level__in=levels).exclude(reference="")
    events = Event.objects.filter(kind="stock.moved", data__variant=variant.pk)
    own = {"sku", "variant", "stock_level", "reference"}
    return [
        variant.unit_cost,
        list(levels.values_list("location__code", "lot", "available", "bin", "sequence")),
        sorted(entries.values_list("from_bucket", "to_bucket", "quantity", "cause", "actor", "at")),
        sorted(
            (
                json.dumps({name: event.data[name] for name in event.data.keys() - own}),
                event.sequence,
                sorted(event.deliveries.values_list("subscriber", flat=True)),
            )
            for event in events.prefetch_related("deliveries")
        ),
    ]


def start(shop: Variant, *lines: str) -> Job:
    content = (HEADER + "\n".join(lines)).encode()
    document = store_stock_file(partner_id=shop.partner_id, content=content, now=NOW)
    return start_stock_import(
        partner_id=shop.partner_id,
        document_id=document.pk,
        mode=ImportMode.ADD,
        actor=DESK,
        op_id=uuid4(),
        now=NOW,
    )


@pytest.mark.django_db
class TestStartStockImport:
    def test_shows_how_far_it_is_and_what_came_of_it(self, shop: Variant) -> None:
        job = start(shop, "RED-M,LEJ,3,,,", "RED-M,WRO,4,,,")
        jobs.run(job.pk, now=NOW)
        job.refresh_from_db()
        assert (job.state, job.total, job.done, job.failed) == ("done", 2, 2, 0)
        assert job.result["received"] == 2

    def test_knows_a_file_that_was_taken_before(self, shop: Variant) -> None:
        job = start(shop, "RED-M,LEJ,3,,,")
        jobs.run(job.pk, now=NOW)
        found = find_last_import(
            partner_id=shop.partner_id, sha256=job.arguments["sha256"], mode=ImportMode.ADD
        )
        assert found == job

    def test_stops_when_it_is_asked_to_and_resumes_without_doubling(self, shop: Variant) -> None:
        lines = [f"RED-M,LEJ,1,L{number},," for number in range(30)]
        job = start(shop, *lines)
        Job.objects.filter(pk=job.pk).update(stop_wanted=True)
        jobs.run(job.pk, now=NOW)
        again = start(shop, *lines)
        jobs.run(again.pk, now=NOW)
        job.refresh_from_db()
        assert job.state == "stopped"
        assert sum(level.available for level in StockLevel.objects.exclude(lot="")) == 30

    def test_takes_nothing_of_a_file_with_an_error(self, shop: Variant) -> None:
        with pytest.raises(FileRefused, match="1 line is refused: line 3, sku"):
            start(shop, "RED-M,LEJ,3,,,", "BLUE,LEJ,3,,,")
        assert level_at("LEJ").available == 5

    def test_keeps_no_file_that_nobody_can_read(self, shop: Variant) -> None:
        with pytest.raises(FileRefused, match="empty"):
            store_stock_file(partner_id=shop.partner_id, content=b"", now=NOW)


@pytest.mark.django_db
class TestTheCommand:
    @pytest.fixture(autouse=True)
    def house(self, shop: Variant) -> None:
        Partner.objects.filter(pk=shop.partner_id).update(is_house=True)

    def write(self, folder: Path, *lines: str) -> str:
        path = folder / "stock.csv"
        path.write_text(HEADER + "\n".join(lines))
        return str(path)

    def test_says_in_a_dry_run_what_would_change(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call_command("import_stock", self.write(tmp_path, "RED-M,LEJ,3,,,"), "--dry-run")
        assert "line 2: RED-M LEJ 5 -> 3 (differs)" in capsys.readouterr().out
        assert not Discrepancy.objects.exists()

    def test_takes_a_file(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("import_stock", self.write(tmp_path, "RED-M,LEJ,3,,,"), "--mode", "add")
        assert "1 received" in capsys.readouterr().out
        assert level_at("LEJ").available == 8

    def test_names_every_wrong_line(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(CommandError, match="2 refused, nothing taken"):
            call_command("import_stock", self.write(tmp_path, "A,LEJ,x,,,", "B,LEJ,-1,,,"))
        assert "line 3, quantity" in capsys.readouterr().err
