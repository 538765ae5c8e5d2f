"""The credit memo of a case on paper, with the arithmetic of its lines."""

from __future__ import annotations

from decimal import Decimal

from core.papers import Paper
from payments.models import CreditMemo
from payments.papers import PaperSum, make_credit_memo
from returns.models import Return
from returns.queries import ExplainedLine, explain_memo


def make_memo_paper(case: Return, memo: CreditMemo) -> Paper:
    """In the customer's language. A draft has nothing to print: raises `ActionBlocked`."""
    return make_credit_memo(
        memo,
        case_number=case.number,
        shop_name=case.channel.name,
        locale=case.locale,
        time_zone=case.channel.time_zone,
        sums=[_sum_up(one) for one in explain_memo(case, memo)],
    )


def _sum_up(one: ExplainedLine) -> PaperSum:
    """From the list price to what the memo gives; steps that change nothing are left out."""
    part, sold = one.slice, one.line.order_line
    steps: list[tuple[str, Decimal]] = [
        ("list_price", part.listed),
        ("own_discount", part.line_discount),
        ("order_discount", part.discount_share),
        ("rounding", part.rounding),
        ("added_tax", Decimal(0) if sold.prices_include_tax else part.tax),
    ]
    taken_off = [(row.title, row.gross) for row in one.others]
    told = [step for step in steps if step[1] or step[0] == "list_price"]
    return PaperSum(
        title=f"{sold.title}, {len(one.units)} × {sold.sku}",
        steps=[*told, ("worth", part.gross), *taken_off, ("credited", one.credited)],
    )
