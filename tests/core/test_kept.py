from __future__ import annotations

import datetime as dt
from typing import Any
from unittest import mock

import pytest
from django.db import connection, models, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Lower, Now
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from core.kept import KeptQuery, put_at_hand
from inventory.models import Price, StockLevel, Variant
from tests.factories.stock import make_location, make_stock, make_variant
from tests.factories.swaps import make_swap, open_exchange

pytestmark = pytest.mark.django_db
DJANGOS_OWN: Any = vars(models.Model)["_do_insert"]

LEVELS: KeptQuery[StockLevel] = KeptQuery(
    lambda variant_id: (
        StockLevel.objects.filter(variant=variant_id)
        .select_related("variant__product", "bin")
        .annotate(shelf=F("available") + F("held"))
        .order_by("pk")
    )
)
CODES: KeptQuery[tuple[Any, ...]] = KeptQuery(
    lambda skus, title: (
        Variant.objects.filter(sku__in=skus, title=title).order_by("sku").values_list("sku", "pk")
    )
)


class TestKeptQuery:
    def test_reads_the_rows_that_its_queryset_reads(self) -> None:
        red, blue = make_variant("RED"), make_variant("BLUE")
        place = make_location()
        levels = {variant: make_stock(variant, place, available=3) for variant in (red, blue)}

        for variant, level in levels.items():
            with CaptureQueriesContext(connection) as asked:
                (found,) = LEVELS(variant.pk)
                assert found == level
                assert found.variant.product == variant.product
                assert (found.bin, found.shelf) == (None, 3)  # type: ignore[attr-defined]
            assert len(asked) == 1

    def test_reads_anew_each_time(self) -> None:
        level = make_stock(make_variant("RED"), make_location(), available=3)
        assert LEVELS(level.variant_id)[0].available == 3
        StockLevel.objects.filter(pk=level.pk).update(available=2, held=1)
        assert LEVELS(level.variant_id)[0].available == 2

    def test_takes_lists_of_any_length_beside_texts(self) -> None:
        variants = {sku: make_variant(sku, title="Shirt") for sku in ("A", "B", "C")}
        make_variant("D", title="Trousers")
        for skus in (["A"], ["A", "C"], ["C", "B"], ["A", "B", "D"], []):
            wanted = [(sku, variants[sku].pk) for sku in sorted(skus) if sku != "D"]
            assert CODES(skus, "Shirt") == wanted

    def test_compares_moments_and_days(self) -> None:
        until: KeptQuery[Price] = KeptQuery(
            lambda at, currency: Price.objects.filter(valid_from__lte=at, currency=currency)
        )
        variant = make_variant("RED", price="20.00")
        price = Price.objects.filter(variant=variant).get()
        before = price.valid_from - dt.timedelta(microseconds=1)
        assert until(price.valid_from, price.currency) == [price]
        assert until(before, price.currency) == []
        assert until(price.valid_from, "XTS") == []

    def test_locks_what_its_queryset_locks(self) -> None:
        locked: KeptQuery[StockLevel] = KeptQuery(
            lambda pk: StockLevel.objects.select_for_update(no_key=True).filter(pk=pk)
        )
        level = make_stock(make_variant("RED"), make_location(), available=3)
        with CaptureQueriesContext(connection) as asked, transaction.atomic():
            assert locked(level.pk) == [level]
        assert any("FOR NO KEY UPDATE" in query["sql"] for query in asked)

    def test_refuses_to_keep_what_changes_a_value_on_its_way(self) -> None:
        doubled: KeptQuery[Variant] = KeptQuery(lambda pk: Variant.objects.filter(pk=pk * 2))
        with pytest.raises(ValueError, match="as they are"):
            doubled(1)

    def test_refuses_to_keep_what_drops_a_value(self) -> None:
        blind: KeptQuery[Variant] = KeptQuery(lambda sku: Variant.objects.all())
        with pytest.raises(ValueError, match="as they are"):
            blind("RED")

    def test_puts_one_value_wherever_it_is_asked_for(self) -> None:
        red = make_variant("red")
        either: KeptQuery[Variant] = KeptQuery(
            lambda text: Variant.objects.annotate(low=Lower("sku")).filter(low=text, sku=text)
        )
        assert either("red") == [red]
        assert either("RED") == []


class TestInsertKept:
    def test_writes_the_row_that_django_writes(self) -> None:
        case = open_exchange(make_swap()).return_case
        written = case.history.latest()
        again = type(written)(
            **{
                field.attname: getattr(written, field.attname)
                for field in written._meta.concrete_fields
                if not field.primary_key
            }
        )
        with mock.patch.object(type(written), "_do_insert", DJANGOS_OWN):
            again.save()
        ours, theirs = model_to_dict(written), model_to_dict(again)
        assert ours.pop("history_id") != theirs.pop("history_id")
        assert ours == theirs

    def test_gives_the_row_its_key(self) -> None:
        case = open_exchange(make_swap()).return_case
        before = case.history.count()
        case.save()
        newest = case.history.latest()
        assert case.history.count() == before + 1
        assert type(newest).objects.get(pk=newest.pk).history_type == "~"

    def test_leaves_expressions_to_django(self) -> None:
        case = open_exchange(make_swap()).return_case
        vars(case)["_history_date"] = Now()
        case.save()
        assert isinstance(case.history.latest().history_date, dt.datetime)


class TestPutAtHand:
    def test_spares_the_query_and_goes_both_ways(self) -> None:
        variant = make_variant("RED")
        level = make_stock(variant, make_location(), available=3)
        put_at_hand(variant, "stock", LEVELS(variant.pk), back="variant")
        with CaptureQueriesContext(connection) as asked:
            (found,) = variant.stock.all()
            assert found.variant is variant
        assert (found, len(asked)) == (level, 0)

    def test_still_filters_by_asking(self) -> None:
        variant = make_variant("RED")
        make_stock(variant, make_location(), available=3)
        put_at_hand(variant, "stock", [])
        narrowed: QuerySet[StockLevel] = variant.stock.filter(available=3)
        assert narrowed.count() == 1
