"""What became of a credit memo: every posting that spends it, and what none has spent yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.db.models import Q, Sum

from core.events import reference
from core.money import ZERO
from orders.models import Tender
from payments.models import CreditMemo, MoneyOperation, StoreCreditEntry
from payments.states import LIVE, CreditEntryKind, OperationKind, OperationState


class Use(StrEnum):
    """Ways in which a memo is settled."""

    REFUNDED = "refunded"
    ON_ITS_WAY = "on_its_way"
    STORE_CREDIT = "store_credit"
    GOODWILL = "goodwill"
    EXCHANGE_CREDIT = "exchange_credit"
    FORGONE = "forgone"
    KEPT_BACK = "kept_back"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoUse:
    """`to` is the payment it went back to, or the order it paid; `tender` the kind of payment.

    Goodwill is beside the memo, in place of what is forgone: all the others add up to it.
    """

    kind: Use
    amount: Decimal
    to: str = ""
    tender: str = ""
    at: dt.datetime | None = None


def list_uses(memo: CreditMemo) -> list[MemoUse]:
    """In the order in which a customer asks: money, store credit, goods, and the rest."""
    refunds = list(_list_refunds(memo))
    on_its_way = sum((use.amount for use in refunds if use.kind == Use.ON_ITS_WAY), ZERO)
    left = memo.unspent - on_its_way - memo.kept_back
    rest = (
        MemoUse(kind=Use.FORGONE, amount=memo.forgone),
        MemoUse(kind=Use.KEPT_BACK, amount=memo.kept_back),
        MemoUse(kind=Use.OPEN, amount=left),
    )
    return [
        *refunds,
        *_list_store_credit(memo),
        *_list_exchange_credit(memo),
        *(use for use in rest if use.amount),
    ]


def _list_refunds(memo: CreditMemo) -> Iterator[MemoUse]:
    of_memo = MoneyOperation.objects.filter(purpose=reference(memo), kind=OperationKind.REFUND)
    counts = Q(state__in=LIVE) | Q(state=OperationState.SUCCEEDED, reversed_at=None)
    for refund in of_memo.filter(counts).select_related("tender").order_by("pk"):
        is_done = refund.state == OperationState.SUCCEEDED
        yield MemoUse(
            kind=Use.REFUNDED if is_done else Use.ON_ITS_WAY,
            amount=refund.amount,
            to=refund.tender.label if refund.tender else "",
            tender=refund.tender.kind if refund.tender else Tender.Kind.OTHER,
            at=refund.ended_at if is_done else refund.planned_at,
        )


def _list_store_credit(memo: CreditMemo) -> Iterator[MemoUse]:
    name = reference(memo)
    owed = Q(reference=name) | Q(reference__startswith=f"{name}/")
    goodwill = Q(reference=f"goodwill:{memo.pk}")
    granted = StoreCreditEntry.objects.filter(owed | goodwill, kind=CreditEntryKind.GRANTED)
    for entry in granted.order_by("pk"):
        is_owed = entry.reference.startswith(name)
        kind = Use.STORE_CREDIT if is_owed else Use.GOODWILL
        yield MemoUse(kind=kind, amount=entry.amount, at=entry.at)


def _list_exchange_credit(memo: CreditMemo) -> Iterator[MemoUse]:
    """By replacement order; its payments name the memo they are carried over from."""
    carried = Tender.objects.filter(
        partner=memo.partner_id,
        order__based_on=memo.case,
        kind=Tender.Kind.EXCHANGE_CREDIT,
        label=memo.number,
    )
    for number, amount in (
        carried.order_by("order").values_list("order__number").annotate(total=Sum("captured"))
    ):
        yield MemoUse(kind=Use.EXCHANGE_CREDIT, amount=amount, to=number)
