"""The money between the two sides: what comes back, what goes out, and one result in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from console.case.gone import came_back_in_part, say_gone
from console.case.record import CaseRecord
from console.components import MoneyBox, MoneyCell
from console.reader import Reader
from core.events import reference
from core.money import ZERO
from exchanges.models import Exchange, Quote
from exchanges.queries import ExchangeColumn
from exchanges.rules import ExchangeFacts, Goods
from exchanges.states import OVER, ExchangeState, ExchangeType, PricePolicy
from inventory.models import Reservation
from inventory.states import ReservationState
from payments.models import CreditMemo
from payments.queries import find_obligation
from payments.states import MemoState, ObligationKind, ObligationState
from returns.states import LineDecision, Outcome, ReturnState

S = ExchangeState
GONE = (S.PARTLY_SHIPPED, S.IN_TRANSIT, S.DELIVERED, S.COMPLETED)
AWAITED = (ObligationState.OPEN, ObligationState.DUE)
NOT_COUNTED = (
    LineDecision.REJECTED,
    LineDecision.CANCELLED,
    LineDecision.EXPIRED,
    LineDecision.REFUSED,
)


def draw_money(record: CaseRecord, reader: Reader) -> MoneyBox:
    column = record.column
    if column is None or column.quote is None or column.exchange.state in _ENDED_WITHOUT:
        return MoneyBox(cells=_refund_cells(record, reader), linking_line=_refund_line(record))
    return MoneyBox(
        cells=[
            _returned(record, column.quote.returned_value, reader),
            _new_value(column.exchange, column.quote, reader),
            _result(record, column.quote, reader),
            _hold(record, reader),
        ],
        linking_line=_linking_line(record),
    )


_ENDED_WITHOUT = (S.CANCELLED, S.EXPIRED, S.CONVERTED_TO_REFUND)


def _returned(record: CaseRecord, value: Decimal, reader: Reader) -> MoneyCell:
    return MoneyCell(
        label="Returned value",
        amount=reader.money(value, record.case.currency),
        note=_returned_note(record, reader),
    )


def _returned_note(record: CaseRecord, reader: Reader) -> str:
    """How the value came about: discounts that were shared, the fee, and the tax in it."""
    currency = record.case.currency
    lines = [line for line in record.lines if line.decision not in NOT_COUNTED]
    parts = []
    discount = sum(
        (line.order_line.line_discount + line.order_line.order_discount_share for line in lines),
        ZERO,
    )
    if discount:
        parts.append(f"as paid, after {reader.money(discount, currency)} of discounts")
    else:
        parts.append("as paid")
    fee = sum((line.fee for line in lines), ZERO)
    if fee:
        parts.append(f"less {reader.money(fee, currency)} restocking fee")
    tax = sum((line.tax for line in lines), ZERO)
    if tax:
        parts.append(f"incl. {reader.money(tax, currency)} tax")
    return " · ".join(parts)


def _new_value(exchange: Exchange, quote: Quote, reader: Reader) -> MoneyCell:
    by_hand = any(line["priced_by"] == PricePolicy.MANUAL for line in quote.lines)
    policy = PricePolicy.MANUAL if by_hand else PricePolicy(exchange.price_policy)
    price = {
        PricePolicy.ORIGINAL_VALUE: "price as bought",
        PricePolicy.CURRENT: "today's price",
        PricePolicy.LOWER_OF: "the lower of bought and today",
        PricePolicy.MANUAL: "agreed by hand",
    }.get(policy, "")
    shipping = f"{reader.money(quote.shipping, quote.currency)} shipping" if quote.shipping else ""
    tax = f"incl. {reader.money(quote.outbound_tax, quote.currency)} tax"
    return MoneyCell(
        label="New value",
        amount=reader.money(quote.outbound_value + quote.shipping, quote.currency),
        note=" · ".join(
            part for part in (price, shipping, tax if quote.outbound_tax else "") if part
        ),
        operator="right",
    )


def _result(record: CaseRecord, quote: Quote, reader: Reader) -> MoneyCell:
    amount = reader.money(abs(quote.due), quote.currency)
    policy = f"policy v{record.case.policy_version.number}"
    column = record.column
    if column is not None and column.exchange.type == ExchangeType.ADVANCED_PREPAID:
        later = "they keep both" if column.facts.is_kept else "the credit is refunded once accepted"
        return MoneyCell(
            label="Customer pays",
            amount=reader.money(quote.needed, quote.currency),
            note=f"{_when_paid(record, quote, reader)} · {later} · {policy}",
            tone="due",
            operator="equals",
        )
    if quote.due > 0:
        return MoneyCell(
            label="Customer pays",
            amount=amount,
            note=f"{_when_paid(record, quote, reader)} · {policy}",
            tone="due",
            operator="equals",
        )
    if quote.due < 0:
        return MoneyCell(
            label="We refund",
            amount=amount,
            note=f"once the goods are accepted · {policy}",
            tone="refund",
            operator="equals",
        )
    return MoneyCell(
        label="Nothing to pay",
        amount=amount,
        note=f"credit and new order cancel out · {policy}",
        tone="even",
        operator="equals",
    )


def _say_netted(facts: ExchangeFacts, quote: Quote, reader: Reader) -> str:
    """The difference, or some of it, comes out of what the case refunds."""
    if not facts.netted:
        return ""
    kept = reader.money(facts.netted, quote.currency)
    paid = f", {reader.money(facts.captured, quote.currency)} paid" if facts.captured else ""
    return f"{kept} kept of what is refunded{paid}"


def _when_paid(record: CaseRecord, quote: Quote, reader: Reader) -> str:
    column = record.column
    assert column is not None
    if column.facts.is_unknown:
        return "nobody knows yet whether it was taken"
    if column.facts.is_in_flight:
        return "the card is being charged"
    if quote.needed and not column.facts.missing:
        return _say_netted(column.facts, quote, reader) or "paid"
    return "before anything leaves" if quote.is_paid_up_front else "once the goods are accepted"


def _hold(record: CaseRecord, reader: Reader) -> MoneyCell:
    """Where the replacement is: kept back on a shelf, on its way, or free for anyone again."""
    column = record.column
    assert column is not None
    hold, facts = column.live_hold, column.facts.holds
    of_all = f"{facts.active + facts.committed} of {facts.wanted}"
    if owed := _owed(column, reader):
        return owed
    if column.exchange.state in GONE:
        sent = column.shipments[0].location.name if column.shipments else ""
        return MoneyCell(label="Sent from", amount=sent or "–", note=_memo_note(record))
    if facts.backordered and facts.backorder_day and column.exchange.state not in OVER:
        return MoneyCell(
            label="Stock held",
            amount=of_all,
            note=f"back-ordered, at the door by {reader.weekday(facts.backorder_day)}",
            tone="due",
        )
    if hold is None or not facts.covers_all:
        return MoneyCell(
            label="Stock held",
            amount=of_all,
            note="free for every channel until it is held again"
            if column.exchange.state not in OVER
            else "",
        )
    return MoneyCell(
        label=f"Stock held at {hold.location.name}",
        amount=of_all,
        note=_until(hold, reader),
        tone="hold",
    )


def _owed(column: ExchangeColumn, reader: Reader) -> MoneyCell | None:
    """What went out ahead of goods that are still to come, and until when they are waited for."""
    exchange = column.exchange
    if exchange.type != ExchangeType.ADVANCED or exchange.state not in GONE:
        return None
    debt = find_obligation(subject=reference(exchange), kind=ObligationKind.GOODS)
    if debt is None or debt.state not in AWAITED:
        return None
    last = reader.weekday(debt.due_on + dt.timedelta(days=debt.grace_days))
    note = f"the old goods are due {reader.weekday(debt.due_on)}, and charged once after {last}"
    if debt.waits_since:
        note = "the old goods came and were refused: decide whether it is charged"
    elif debt.charge_tried_at:
        note = "the old goods never came; the charge was tried"
    return MoneyCell(
        label="Owed for the old goods",
        amount=reader.money(debt.amount, debt.currency),
        note=note,
        tone="due",
    )


def _until(hold: Reservation, reader: Reader) -> str:
    if hold.state == ReservationState.COMMITTED or hold.expires_at is None:
        return "handed to the warehouse, without an end"
    return f"out of every channel's reach until {reader.moment(hold.expires_at)}"


def _memo_note(record: CaseRecord) -> str:
    return say_memos(record.issued)


def _linking_line(record: CaseRecord) -> str:
    """The one rule that ties the two sides together now."""
    column = record.column
    assert column is not None
    going = column.lines[0].variant.full_title if column.lines else "The replacement"
    coming = record.lines[0].order_line.title
    ahead = _say_ahead(column.exchange, column.facts, going=going, coming=coming)
    if said := _say_rest(column, going=going, coming=coming) or ahead:
        return said
    match column.exchange.state:
        case S.COMPLETED:
            return "The credit memo and the new order cancel out: nothing is left to do."
        case S.DELIVERED:
            return f"{going} is delivered; the case closes once {coming} is accepted."
        case S.RELEASING | S.PARTLY_SHIPPED | S.IN_TRANSIT | S.READY:
            return f"{coming} is accepted, so {going} goes out."
        case S.PENDING_APPROVAL:
            return f"{going} is held; nothing goes on before a lead has approved the quote."
        case S.AWAITING_PAYMENT:
            return f"{going} leaves once the difference is paid and {coming} has passed inspection."
        case S.QUOTED | S.DRAFT:
            return f"{going} is promised once the return is authorised and the quote accepted."
    place = column.live_hold.location.name if column.live_hold else "the shelf"
    if record.is_refused:
        return f"{going} stays at {place}: {coming} has not passed inspection."
    if going == coming:
        return f"The new {going} leaves {place} once the old one has passed inspection."
    return f"{going} leaves {place} once {coming} has passed inspection."


def _say_rest(column: ExchangeColumn, *, going: str, coming: str) -> str:
    """A part of it is gone: what the other part waits for. Blank where it goes as a whole."""
    if not column.facts.waits_with_rest:
        return ""
    gone = say_gone(column)
    if came_back_in_part(column):
        return f"{gone} stayed with the customer; the rest goes out with the next visit."
    return f"{gone} {going} goes out for what came; the rest waits for the rest of {coming}."


def _say_ahead(exchange: Exchange, facts: ExchangeFacts, *, going: str, coming: str) -> str:
    """Of what leaves before its goods, or is sold; blank where it is as of every exchange."""
    if exchange.state == S.CONVERTED_TO_SALE:
        return f"{going} is sold, and {coming} stays with the customer."
    if exchange.type == ExchangeType.REGULAR or facts.goods != Goods.AWAITED:
        return ""
    after = "stays with the customer" if facts.is_kept else "comes back after it"
    if exchange.state == S.AWAITING_PAYMENT:
        is_prepaid = exchange.type == ExchangeType.ADVANCED_PREPAID
        what = "all of it" if is_prepaid else "the difference"
        return f"{going} leaves once {what} is paid; {coming} {after}."
    if exchange.state in (S.READY, S.RELEASING, S.PARTLY_SHIPPED, S.IN_TRANSIT):
        return f"{going} goes out first; {coming} {after}."
    return ""


def _refund_cells(record: CaseRecord, reader: Reader) -> list[MoneyCell]:
    case = record.case
    lines = [
        line
        for line in record.lines
        if line.decision not in NOT_COUNTED and line.outcome != Outcome.REPAIR
    ]
    gross = sum((line.gross for line in lines), ZERO)
    fee = sum((line.fee for line in lines), ZERO)
    owed = sum((memo.gross for memo in record.memos), ZERO) if record.memos else gross - fee
    cells = [_returned(record, gross, reader)]
    if fee:
        cells.append(
            MoneyCell(
                label="Restocking fee",
                amount=reader.money(fee, case.currency),
                note="kept back",
                operator="minus",
            )
        )
    rest = gross - fee - owed
    if record.memos and rest:
        cells.append(
            MoneyCell(
                label="Taken off" if rest > 0 else "Given on top",
                amount=reader.money(abs(rest), case.currency),
                note="as the refund's arithmetic shows",
                operator="minus" if rest > 0 else "plus",
            )
        )
    cells.append(
        MoneyCell(
            label="We refund" if lines else "No refund",
            amount=reader.money(owed if lines else ZERO, case.currency),
            note=_refund_note(record, reader) if lines else "nothing is owed",
            tone="refund" if lines else "plain",
            operator="equals",
        )
    )
    return cells


def _refund_note(record: CaseRecord, reader: Reader) -> str:
    """When it is paid: what memos stand for, and what is still to be accepted."""
    issued, draft = record.issued, record.draft
    if not record.memos:
        return "if authorised"
    if not issued:
        return "once the goods are accepted"
    is_settled = all(memo.state == MemoState.SETTLED for memo in issued)
    so_far = f"{say_memos(issued)}, {'settled' if is_settled else 'to be paid out'}"
    if draft is None:
        return so_far
    rest = reader.money(draft.gross, draft.currency)
    return f"{so_far}; {rest} once the rest is accepted"


def say_memos(memos: Sequence[CreditMemo]) -> str:
    """“credit memo CM-000001”, “credit memos CM-000001, CM-000002”, or nothing."""
    if not memos:
        return ""
    plural = "" if len(memos) == 1 else "s"
    return f"credit memo{plural} {', '.join(memo.number for memo in memos)}"


def _refund_line(record: CaseRecord) -> str:
    match record.case.state:
        case ReturnState.REJECTED | ReturnState.CANCELLED | ReturnState.EXPIRED:
            return "The case is over; no money moves."
        case ReturnState.SETTLING:
            return "The goods are accepted; the refund is owed until it is paid out."
        case ReturnState.CLOSED:
            return ""
    return "The refund is owed once the goods have passed inspection."
