"""The refund in words and figures, for one reader. Nothing is reckoned here."""

from __future__ import annotations

from decimal import Decimal

from django.urls import reverse

from console.components import Banner
from console.links import case_url
from console.reader import Reader
from console.refund.page import LineSums, RefundPage, Row
from payments.states import MemoState
from returns.models import Return
from returns.queries import ExplainedLine, ExplainedRefund

LONGEST_LIST = 6


def draw_refund(case: Return, explained: ExplainedRefund, reader: Reader) -> RefundPage:
    several = len({one.line.order_line.order_id for one in explained.lines}) > 1
    return RefundPage(
        number=case.number,
        customer=str(case.customer),
        case_url=case_url(case),
        lines=[_draw_line(one, case.currency, reader, several) for one in explained.lines],
        shared=[
            Row(
                term=row.title,
                amount=_signed(row.gross, case.currency, reader),
                note=_said_in(row.memo.number),
            )
            for row in explained.shared
        ],
        sums=_draw_sums(explained, case.currency, reader),
        memos=_list_memos(case, explained, reader),
        plan=_draw_plan(explained, case.currency, reader),
        shortfall=_shortfall(explained, case.currency, reader),
    )


def _draw_line(one: ExplainedLine, currency: str, reader: Reader, several: bool) -> LineSums:
    sold = one.line.order_line
    order = f"order {sold.order.number} · " if several else ""
    numbers = ", ".join(str(unit) for unit in one.units[:LONGEST_LIST])
    more = "…" if len(one.units) > LONGEST_LIST else ""
    units = f"unit {numbers}{more} of {sold.quantity}" if one.units else "no unit of it is left"
    rows = _list_rows(one, currency, reader) if one.units else []
    return LineSums(title=sold.title, sku=sold.sku, about=f"{order}{units}", rows=rows)


def _list_rows(one: ExplainedLine, currency: str, reader: Reader) -> list[Row]:
    part, sold = one.slice, one.line.order_line
    each = reader.money(sold.list_price, currency)
    rows = [
        Row(
            term="List price",
            amount=_signed(part.listed, currency, reader),
            note=f"{len(one.units)} × {each}",
        )
    ]
    if part.line_discount:
        rows.append(Row(term="Own discount", amount=_signed(part.line_discount, currency, reader)))
    if part.discount_share:
        rows.append(
            Row(
                term="Share of the order discount",
                amount=_signed(part.discount_share, currency, reader),
                note=_say_weights(one, currency, reader),
            )
        )
    if part.rounding:
        rows.append(
            Row(
                term="Rounding",
                amount=_signed(part.rounding, currency, reader),
                note="the slices of price and discounts against the slice of what was paid",
                is_penny=True,
            )
        )
    rows += _tax_rows(one, currency, reader)
    rows.append(
        Row(
            term="Worth",
            amount=_signed(part.gross, currency, reader),
            note="as it was paid",
            is_total=True,
        )
    )
    rows += [
        Row(
            term=row.title,
            amount=_signed(row.gross, currency, reader),
            note=_said_in(row.memo.number),
        )
        for row in one.others
    ]
    if one.credited:
        rows.append(
            Row(
                term="Credited",
                amount=_signed(one.credited, currency, reader),
                note="in memos that are issued",
                is_total=True,
            )
        )
    if one.to_come:
        rows.append(
            Row(
                term="Once the rest is accepted",
                amount=_signed(one.to_come, currency, reader),
                note="in the draft",
                is_total=True,
            )
        )
    return rows


def _tax_rows(one: ExplainedLine, currency: str, reader: Reader) -> list[Row]:
    """Net and its tax, and the penny on the units that got it."""
    part, rows = one.slice, []
    if part.pennies:
        said = ", ".join(
            f"unit {unit}: {reader.money(amount, currency)}"
            for unit, amount in part.pennies[:LONGEST_LIST]
        )
        usual = reader.money(part.usual, currency)
        rows.append(
            Row(
                term="Where the penny lies",
                amount="",
                note=f"{said}; the others {usual} each",
                is_penny=True,
            )
        )
    if part.tax:
        includes = one.line.order_line.prices_include_tax
        rows.append(
            Row(
                term="of it tax" if includes else "Tax",
                amount=reader.money(part.tax, currency)
                if includes
                else _signed(part.tax, currency, reader),
                note="sliced as it was charged",
            )
        )
    return rows


def _say_weights(one: ExplainedLine, currency: str, reader: Reader) -> str:
    if one.weights is None:
        return ""
    whole, value, of = (
        reader.money(amount, currency)
        for amount in (one.weights.discount, one.weights.value, one.weights.of)
    )
    return f"{whole} in all, shared by value: {value} of {of}"


def _draw_sums(explained: ExplainedRefund, currency: str, reader: Reader) -> list[Row]:
    steps = (
        ("Credited", explained.credited, "in issued credit memos"),
        ("Put into the replacement", -explained.applied, ""),
        ("Paid out already", -explained.paid_out, ""),
        ("On its way", -explained.pending, "refunds that were asked for"),
        ("Not paid in money", -explained.forgone, "by decision"),
        ("Kept for the replacement", -explained.kept_back, "free again if nothing is sent"),
    )
    rows = [
        Row(term=term, amount=_signed(amount, currency, reader), note=note)
        for term, amount, note in steps
        if amount or term == "Credited"
    ]
    rows.append(
        Row(
            term="Still to pay out now",
            amount=_signed(explained.owed, currency, reader),
            is_total=True,
        )
    )
    if explained.to_come:
        rows.append(
            Row(
                term="Once the rest is accepted",
                amount=_signed(explained.to_come, currency, reader),
                note="in the draft",
            )
        )
    return rows


def _draw_plan(explained: ExplainedRefund, currency: str, reader: Reader) -> list[Row]:
    """Which payments the open amount would go back to, the one made last first."""
    if explained.plan is None:
        return []
    return [
        Row(term=part.label, amount=reader.money(part.amount, currency))
        for part in explained.plan.parts
    ]


def _shortfall(explained: ExplainedRefund, currency: str, reader: Reader) -> Banner | None:
    plan = explained.plan
    if plan is None or plan.shortfall <= 0:
        return None
    missing, wanted, there = (
        reader.money(amount, currency) for amount in (plan.shortfall, plan.wanted, plan.refundable)
    )
    words = (
        f"{missing} cannot go back: {wanted} is owed and the payments can bear {there}. Nothing is "
        "posted until somebody reduces it with a reason, or a lead approves the rest as store "
        "credit."
    )
    return Banner(words=words, tone="bad")


def _list_memos(case: Return, explained: ExplainedRefund, reader: Reader) -> list[tuple[str, str]]:
    return [
        (memo.number, reverse("console:one_credit_memo", args=[case.number, memo.number]))
        for memo in explained.memos
        if memo.state != MemoState.DRAFT
    ]


def _said_in(number: str) -> str:
    return f"credit memo {number}" if number else "in the draft"


def _signed(amount: Decimal, currency: str, reader: Reader) -> str:
    sign = "−" if amount < 0 else ""
    return sign + reader.money(abs(amount), currency)
