from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any, cast
from unittest import mock

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection, models, transaction
from django.db.models import BinaryField, F, QuerySet, Value
from django.db.models.functions import Lower, Now
from django.db.models.signals import post_init
from django.db.models.sql import InsertQuery, UpdateQuery
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from core.kept import KeptQuery, _spell_insert, _spell_update, count_of, put_at_hand
from core.models import PartnerRow, User
from exchanges.models import Exchange
from inventory.models import Price, Product, StockLevel, Variant
from tests.factories.stock import make_location, make_product, make_stock, make_variant
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

    def test_gives_one_row_or_says_that_there_is_none(self) -> None:
        red, blue = make_variant("RED"), make_variant("BLUE")
        level = make_stock(red, make_location(), available=3)
        assert LEVELS.get(red.pk) == LEVELS.first(red.pk) == level
        assert LEVELS.first(blue.pk) is None
        with pytest.raises(StockLevel.DoesNotExist, match=rf"no stock level {blue.pk}\."):
            LEVELS.get(blue.pk)

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

    def test_gives_values_alone(self) -> None:
        red = make_variant("RED")
        keys: KeptQuery[int] = KeptQuery(
            lambda sku: Variant.objects.filter(sku=sku).values_list("pk", flat=True)
        )
        assert keys("RED") == [red.pk]

    @pytest.mark.parametrize(
        "shape",
        [
            lambda rows: rows.values("pk"),
            lambda rows: rows.values_list("pk", named=True),
            lambda rows: rows.annotate(low=Lower("sku")).values_list("low", "pk"),
        ],
    )
    def test_refuses_rows_of_another_shape(self, shape: Callable[[Any], Any]) -> None:
        shaped: KeptQuery[Any] = KeptQuery(lambda sku: shape(Variant.objects.filter(sku=sku)))
        with pytest.raises(TypeError, match="are not kept"):
            shaped("RED")


class TestCountOf:
    def test_is_a_column_of_another_query(self) -> None:
        counts: KeptQuery[tuple[int, ...]] = KeptQuery(
            lambda pk, title: Product.objects.filter(pk=pk).values_list(
                count_of(Variant.objects.filter(product=pk).order_by("sku")),
                count_of(Variant.objects.filter(product=pk, title=title)),
            )
        )
        shirt, cap = make_product(), make_product()
        for title in ("red", "blue"):
            make_variant(product=shirt, title=title)
        with CaptureQueriesContext(connection) as asked:
            assert counts(shirt.pk, "red") == [(2, 1)]
        assert len(asked) == 1
        assert counts(cap.pk, "red") == [(0, 0)]


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


class TestUpdateKept:
    def test_writes_what_django_writes(self) -> None:
        exchange = open_exchange(make_swap())
        exchange.shipping_fee, exchange.backorder_ends_on = Decimal("1.50"), dt.date(2026, 8, 1)
        exchange.conversion = {"rate": "1.0832"}
        saved = []
        for do_update in (vars(PartnerRow)["_do_update"], vars(models.Model)["_do_update"]):
            with (
                mock.patch.object(Exchange, "_do_update", do_update),
                CaptureQueriesContext(connection) as asked,
            ):
                exchange.save()
            (update,) = (each["sql"] for each in asked if each["sql"].startswith("UPDATE"))
            saved.append((update, model_to_dict(Exchange.objects.get(pk=exchange.pk))))
        assert saved[0] == saved[1]
        assert saved[0][1]["shipping_fee"] == Decimal("1.50")

    def test_writes_single_columns_and_leaves_expressions_to_django(self) -> None:
        exchange = open_exchange(make_swap())
        exchange.shipping_fee, exchange.backorder_ends_on = Decimal(2), dt.date(2026, 8, 1)
        exchange.save(update_fields=["shipping_fee"])
        found = Exchange.objects.get(pk=exchange.pk)
        assert (found.shipping_fee, found.backorder_ends_on) == (2, None)
        found.shipping_fee = Value(Decimal(4))
        found.save()
        assert Exchange.objects.get(pk=exchange.pk).shipping_fee == 4

    def test_says_whether_there_was_a_row(self) -> None:
        exchange = open_exchange(make_swap())
        exchange.pk += 1
        with pytest.raises(DatabaseError, match="did not affect any rows"):
            exchange.save(force_update=True)


KEPT = [model for model in apps.get_models() if issubclass(model, PartnerRow | User)]


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.__name__)
class TestTexts:
    """Of each model whose rows are written so, beside Django's own."""

    def test_are_what_django_inserts(self, model: Any) -> None:
        fields = _written(model)
        query = InsertQuery(model)
        query.insert_values(fields, [model()], raw=True)
        compiler: Any = query.get_compiler(connection=connection)
        compiler.returning_fields = returning = model._meta.db_returning_fields
        ((text, _),) = compiler.as_sql()
        text = text.replace("DEFAULT", "%s")
        assert _spell_insert(model, tuple(fields), tuple(returning)) == _unless_own(fields, text)

    def test_are_what_django_updates(self, model: Any) -> None:
        fields = _written(model)
        for some in (fields, fields[:1], fields[1:3]):
            row, query = model(), cast("Any", QuerySet(model).filter(pk=1).query.chain(UpdateQuery))
            query.add_update_fields([(field, None, getattr(row, field.attname)) for field in some])
            text, _ = query.get_compiler(connection=connection).as_sql()
            text = text.replace("= NULL", "= %s").replace("= DEFAULT", "= %s")
            assert _spell_update(model, tuple(some)) == _unless_own(some, text)


def _written(model: Any) -> list[Any]:
    fields = model._meta.local_concrete_fields
    return [field for field in fields if not (field.primary_key or field.generated)]


def _unless_own(fields: list[Any], text: str) -> str:
    """Arrays and bytes are spelled in a way of their own, and left to Django."""
    return "" if any(isinstance(field, ArrayField | BinaryField) for field in fields) else text


class TestRowsOfPartners:
    @pytest.mark.parametrize("names", [(), ("number", "state")])
    def test_are_as_django_makes_them(self, names: tuple[str, ...]) -> None:
        pk = open_exchange(make_swap()).pk
        rows = Exchange.objects.select_related("return_case").filter(pk=pk)
        rows = rows.only(*names, "return_case__number") if names else rows
        ours = rows.get()
        with mock.patch.object(PartnerRow, "from_db", vars(models.Model)["from_db"]):
            theirs = rows.get()
        for mine, its in ((ours, theirs), (ours.return_case, theirs.return_case)):
            assert _columns(mine) == _columns(its)
            assert mine.get_deferred_fields() == its.get_deferred_fields()
            assert (mine._state.adding, mine._state.db) == (its._state.adding, its._state.db)
        assert ours.shipping_fee == theirs.shipping_fee
        with pytest.raises(AttributeError, match="state"):
            ours.state = "draft"

    def test_tell_who_listens_to_new_ones(self) -> None:
        variant, seen = make_variant("RED"), []

        def listen(instance: Variant, **_: Any) -> None:
            seen.append(instance)

        post_init.connect(listen, sender=Variant)
        try:
            found = Variant.objects.get(pk=variant.pk)
        finally:
            post_init.disconnect(listen, sender=Variant)
        assert seen == [found]


def _columns(row: models.Model) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name != "_state"}


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
