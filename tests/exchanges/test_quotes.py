"""What an exchange costs, as tables. The numbers are those of the scenarios and domain §7."""

from __future__ import annotations

from decimal import Decimal

import pytest

from exchanges.rules import (
    CataloguePrice,
    CreditShare,
    NoPrice,
    NoTaxRate,
    OpenTender,
    QuotePlan,
    ReplacementGoods,
    ReturnedGoods,
    plan_credit_shares,
    plan_quote,
)

D = Decimal


def returned(net: str, tax: str, **fields: object) -> ReturnedGoods:
    defaults: dict[str, object] = {
        "order_line_id": 1,
        "sku": "SHIRT-BLUE",
        "product_id": 10,
        "category": "apparel",
        "quantity": 1,
        "net": D(net),
        "tax": D(tax),
        "gross": D(net) + D(tax),
        "fee": D(0),
        "prices_include_tax": False,
        "tax_name": "VAT",
    }
    return ReturnedGoods(**defaults | fields)  # type: ignore[arg-type]


def replacement(**fields: object) -> ReplacementGoods:
    defaults: dict[str, object] = {
        "position": 1,
        "variant_id": 2,
        "sku": "SHIRT-RED",
        "title": "Shirt red",
        "product_id": 10,
        "category": "apparel",
        "quantity": 1,
        "replaces": 1,
        "price": None,
    }
    return ReplacementGoods(**defaults | fields)  # type: ignore[arg-type]


def price(amount: str, *, before: str | None = None, incl: bool = False) -> CataloguePrice:
    return CataloguePrice(
        list_price=D(before or amount),
        amount=D(amount),
        is_sale=before is not None,
        is_tax_inclusive=incl,
    )


def plan(policy: str, back: ReturnedGoods, *out: ReplacementGoods, cur: str = "EUR") -> QuotePlan:
    return plan_quote(currency=cur, price_policy=policy, returned=[back], replacements=out)


class TestOriginalValue:
    def test_s1_makes_another_variant_of_the_product_even(self) -> None:
        quote = plan("original_value", returned("40.00", "3.20"), replacement())
        assert (quote.due, quote.evenness) == (D("0.00"), "even")
        assert (quote.outbound_value, quote.outbound_tax) == (D("43.20"), D("3.20"))

    def test_s10_ignores_today_s_price(self) -> None:
        out = replacement(price=price("50.00", before="95.00"))
        assert plan("original_value", returned("68.00", "5.44"), out).due == 0

    def test_hands_the_pennies_on_unit_by_unit(self) -> None:
        out = [
            replacement(position=1, quantity=2),
            replacement(position=2, variant_id=3, sku="SHIRT-GREEN"),
        ]
        quote = plan("original_value", returned("89.99", "7.42", quantity=3), *out)
        assert [(line.net, line.tax) for line in quote.lines] == [
            (D("59.99"), D("4.95")),
            (D("30.00"), D("2.47")),
        ]
        assert quote.due == 0

    def test_slices_gross_where_prices_include_tax(self) -> None:
        back = returned("83.33", "16.67", quantity=3, prices_include_tax=True)
        line = plan("original_value", back, replacement(quantity=1)).lines[0]
        assert (line.gross, line.tax) == (D("33.33"), D("5.56"))

    def test_asks_today_s_price_for_more_than_comes_back(self) -> None:
        out = replacement(quantity=2, price=price("50.00"))
        line = plan("original_value", returned("40.00", "3.20"), out).lines[0]
        assert line.gross == D("43.20") + D("54.00")
        assert line.sentence.endswith("1 more than comes back, at today's price.")

    def test_asks_today_s_price_for_another_product(self) -> None:
        out = replacement(product_id=11, price=price("50.00"))
        assert plan("original_value", returned("40.00", "3.20"), out).due == D("10.80")

    def test_keeps_yen_whole(self) -> None:
        out = [replacement(position=n, variant_id=n) for n in (1, 2, 3)]
        quote = plan("original_value", returned("10000", "0", quantity=3), *out, cur="JPY")
        assert [line.gross for line in quote.lines] == [D(3333), D(3334), D(3333)]


class TestCurrentPrice:
    @pytest.mark.parametrize(
        ("today", "due"),
        [
            (price("50.00", before="95.00"), "-19.44"),  # 18.00 and its 1.44 of tax
            (price("95.00"), "29.16"),
        ],
    )
    def test_s10_counts_what_is_valid_now(self, today: CataloguePrice, due: str) -> None:
        quote = plan("current", returned("68.00", "5.44"), replacement(price=today))
        assert quote.due == D(due)

    def test_s3_upgrade_is_due_43_30(self) -> None:
        back = returned("89.99", "7.42", tax_rate=D("0.0825"))
        quote = plan("current", back, replacement(product_id=11, price=price("129.99")))
        assert quote.outbound_value == D("140.71")
        assert (quote.due, quote.evenness) == (D("43.30"), "upgrade")

    def test_takes_the_tax_out_of_an_inclusive_price(self) -> None:
        back = returned("100.00", "19.00", tax_rate=D("0.19"))
        line = plan("current", back, replacement(price=price("59.50", incl=True))).lines[0]
        assert (line.net, line.tax) == (D("50.00"), D("9.50"))

    @pytest.mark.parametrize(
        "moved", [{"category": "books"}, {"is_same_destination": False}], ids=["goods", "place"]
    )
    def test_takes_the_rate_of_the_day_when_category_or_place_changed(
        self, moved: dict[str, object]
    ) -> None:
        back = returned("100.00", "19.00", tax_rate=D("0.19"), **moved)
        out = replacement(price=price("100.00"), day_rate=D("0.07"), day_tax_name="VAT 7")
        line = plan("current", back, out).lines[0]
        assert (line.tax, line.tax_rate, line.tax_name) == (D("7.00"), D("0.07"), "VAT 7")

    def test_refuses_without_a_rate_of_the_day(self) -> None:
        out = replacement(category="books", price=price("10.00"))
        with pytest.raises(NoTaxRate, match="books"):
            plan("current", returned("10.00", "0"), out)

    def test_refuses_without_a_price_in_this_currency(self) -> None:
        with pytest.raises(NoPrice, match="no price in USD"):
            plan("current", returned("10.00", "0"), replacement(), cur="USD")


class TestLowerOf:
    @pytest.mark.parametrize(("today", "gross"), [("50.00", "54.00"), ("95.00", "73.44")])
    def test_takes_whichever_is_less(self, today: str, gross: str) -> None:
        quote = plan("lower_of", returned("68.00", "5.44"), replacement(price=price(today)))
        assert quote.outbound_value == D(gross)

    def test_may_hold_for_another_product_too(self) -> None:
        quote = plan_quote(
            currency="EUR",
            price_policy="original_value",
            other_product_price_policy="lower_of",
            returned=[returned("40.00", "3.20")],
            replacements=[replacement(product_id=11, price=price("95.00"))],
        )
        assert quote.due == 0


class TestCredit:
    def test_is_less_by_the_fee(self) -> None:
        quote = plan("original_value", returned("68.00", "5.44", fee=D("10.20")), replacement())
        assert (quote.returned_value, quote.due) == (D("63.24"), D("10.20"))

    def test_goes_into_the_replacement_only_as_far_as_that_costs(self) -> None:
        out = replacement(price=price("50.00", before="95.00"))
        assert plan("current", returned("68.00", "5.44"), out).applied_credit == D("54.00")


class TestInputs:
    def test_let_the_quote_be_redone_by_hand(self) -> None:
        quote = plan("current", returned("68.00", "5.44"), replacement(price=price("50.00")))
        assert quote.inputs["returned"][0]["net"] == "68.00"
        assert quote.inputs["replacements"][0]["price"]["amount"] == "50.00"
        assert quote.rows[0]["gross"] == "54.00"


class TestCreditShares:
    @pytest.mark.parametrize(
        ("amount", "shares"),
        [
            ("30.00", [(2, "30.00")]),
            ("60.00", [(2, "43.30"), (1, "16.70")]),
            ("150.00", [(2, "43.30"), (1, "97.41"), (None, "9.29")]),
            ("0", []),
        ],
    )
    def test_go_along_the_newest_payment_first(
        self, amount: str, shares: list[tuple[int | None, str]]
    ) -> None:
        tenders = [OpenTender(2, D("43.30")), OpenTender(1, D("97.41"))]
        planned = plan_credit_shares(D(amount), tenders)
        assert planned == [CreditShare(tender, D(part)) for tender, part in shares]
