"""Events of a case in words. What another line already says is left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from console.case.exchange_words import came_back, dropped, failed_visit, released, shipped, visit
from console.case.record import CaseRecord
from console.case.told import mailed, promised, suppressed, tracked
from console.components import Tab, TimelineEntry, Tone
from console.reader import Reader
from core.models import Event
from inventory.states import ReleaseCause
from returns.models import CaseNote
from returns.states import (
    DispositionKind,
    MismatchKind,
    MoneyRule,
    Outcome,
    PromotionChoice,
    WarrantyVerdict,
)

Group = Literal["case", "stock", "money", "messages"]
Data = dict[str, Any]
Words = Callable[[Data, Reader], tuple[str, str]]

GROUPS = {"": "All", "stock": "Stock", "money": "Money", "messages": "Messages"}


@dataclass(frozen=True, slots=True)
class Telling:
    """How one kind of event is told: in which group, in what tone, in which words."""

    group: Group
    tone: Tone
    words: Words


def _plain(what: str) -> Words:
    return lambda data, reader: (what, "")


def _with(what: str, *keys: str) -> Words:
    """The sentence, and the facts of these names after it."""

    def words(data: Data, reader: Reader) -> tuple[str, str]:
        return what, " · ".join(str(data[key]) for key in keys if data.get(key))

    return words


def _because(what: str) -> Words:
    """The sentence, and why in the desk's own words. What a person wrote follows from its note."""

    def words(data: Data, reader: Reader) -> tuple[str, str]:
        return what, " ".join(data.get("why", []))

    return words


def _held(what: str) -> Words:
    """What happened to held goods, with the hold's number and what became of the free stock."""

    def words(data: Data, reader: Reader) -> tuple[str, str]:
        goods = f"{data['quantity']} × {data['sku']}"
        sentence = what.format(goods=goods, place=data["location"], cause=_cause(data))
        before, after = data.get("available_before"), data.get("available_after")
        moved = f" · free {before} → {after}" if before != after else ""
        return sentence, f"{data['number']}{moved}"

    return words


def _cause(data: Data) -> str:
    cause = data.get("cause") or ""
    return str(ReleaseCause(cause).label).lower() if cause else ""


def _prolonged(data: Data, reader: Reader) -> tuple[str, str]:
    ends = dt.datetime.fromisoformat(data["expires_at"])
    return f"Hold runs until {reader.moment(ends)}", data["number"]


def _quoted(data: Data, reader: Reader) -> tuple[str, str]:
    due = Decimal(data["due"])
    if not due:
        return "Quoted: even", ""
    amount = reader.money(abs(due), data["currency"])
    return (f"Quoted: customer pays {amount}" if due > 0 else f"Quoted: we refund {amount}"), ""


def _kept_back(data: Data, reader: Reader) -> tuple[str, str]:
    amount = Decimal(data["amount"])
    if not amount:
        return "Nothing of the credit is kept any more", data["number"]
    return f"{reader.money(amount, data['currency'])} kept for the replacement", data["number"]


def _risky(data: Data, reader: Reader) -> tuple[str, str]:
    return "Held because of its risk", f"{data['score']} of 100, policy's limit is {data['limit']}"


def _decided(data: Data, reader: Reader) -> tuple[str, str]:
    verdicts = {"authorise": "authorise", "review": "a person decides", "reject": "reject"}
    return f"The rules say: {verdicts.get(data['verdict'], data['verdict'])}", data["sentence"]


def _photos(data: Data, reader: Reader) -> tuple[str, str]:
    count = len(data["photos"])
    return ("Photo added" if count == 1 else f"{count} photos added"), ""


def _defect(data: Data, reader: Reader) -> tuple[str, str]:
    """What the desk made of it; the words of the customer stand with the goods."""
    verdict = str(WarrantyVerdict(data["warranty"]).label).lower()
    cases = data.get("pattern_cases") or 0
    counted = f", {cases} case{'' if cases == 1 else 's'} before" if cases else ""
    known = f"known defect{counted}" if data["pattern"] else ""
    return f"Defect reported: warranty gives {verdict}", known


def _differs(words: str) -> Words:
    def tell_difference(data: Data, reader: Reader) -> tuple[str, str]:
        kind = str(MismatchKind(data["kind"]).label).lower()
        rule = str(MoneyRule(data["rule"]).label).lower() if data.get("rule") else ""
        said = words.format(kind=kind, rule=rule)
        return said[0].upper() + said[1:], data["mismatch"]

    return tell_difference


def _moved_on(data: Data, reader: Reader) -> tuple[str, str]:
    source, target = DispositionKind(data["from"]).label, DispositionKind(data["to"]).label
    return f"{data['units']} × {str(source).lower()} → {str(target).lower()}", ""


def _conceded(what: str) -> Words:
    def words(data: Data, reader: Reader) -> tuple[str, str]:
        kinds = {"kept": "goods kept by the customer", "goodwill": "goodwill"}
        amount = reader.money(Decimal(data["amount"]), data["currency"])
        return f"{what}: {amount} for {kinds[data['rule']]}", ""

    return words


def _given_up(data: Data, reader: Reader) -> tuple[str, str]:
    rules = {
        "nothing": "nothing is credited",
        "goodwill": "credited as goodwill",
        "kept": "credited as kept",
    }
    why = {"expired": "in time", "mismatch": "and was given up at the mismatch desk"}
    if data.get("cause") == "carrier":
        return "The rest was lost on the way", "credited, and claimed from the carrier"
    cause = why.get(data.get("cause", ""), "")
    return f"The rest never came {cause}".strip(), rules.get(data["rule"], "")


def _changed(data: Data, reader: Reader) -> tuple[str, str]:
    before, after = (str(Outcome(data[name]).label).lower() for name in ("before", "after"))
    return f"Outcome changed from {before} to {after}", ""


def _promotion(data: Data, reader: Reader) -> tuple[str, str]:
    return f"Broken promotion: {str(PromotionChoice(data['choice']).label).lower()}", ""


def _short(data: Data, reader: Reader) -> tuple[str, str]:
    missing = reader.money(Decimal(data["shortfall"]), data["currency"])
    there = reader.money(Decimal(data["refundable"]), data["currency"])
    return f"The payments cannot bear the refund: {missing} short", f"{there} could go back"


def _estimated(data: Data, reader: Reader) -> tuple[str, str]:
    amount = reader.money(Decimal(data["amount"]), data["currency"])
    paid = "the customer pays" if data["is_charged"] else "free under warranty"
    return f"Repair estimated at {amount}, {paid}", data["number"]


def _charge_due(data: Data, reader: Reader) -> tuple[str, str]:
    amount = reader.money(Decimal(data["amount"]), data["currency"])
    return f"The customer owes {amount} for the repair", data["number"]


TELLINGS: dict[str, Telling] = {
    "return.opened": Telling("case", "plain", _plain("Case opened")),
    "return.authorised": Telling("case", "good", _because("Return authorised")),
    "return.evidence_wanted": Telling("case", "warn", _because("Waits for evidence")),
    "return.review_wanted": Telling("case", "warn", _because("Sent to a lead for review")),
    "return.rejected": Telling("case", "bad", _because("Return rejected")),
    "return.cancelled": Telling("case", "bad", _because("Return cancelled")),
    "return.turned_into_refund": Telling("money", "info", _plain("Goes on as a refund")),
    "return.turned_into_exchange": Telling("case", "info", _plain("To be exchanged instead")),
    "return.taken": Telling("case", "plain", _plain("Case taken")),
    "return.departed": Telling("stock", "info", _plain("Parcel handed over by the customer")),
    "return.goods_received": Telling("stock", "info", _plain("Goods received")),
    "return.goods_inspected": Telling("stock", "info", _plain("Goods inspected")),
    "return.goods_accepted": Telling("stock", "good", _plain("Goods accepted")),
    "return.goods_refused": Telling("stock", "bad", _plain("Goods refused at inspection")),
    "return.defect_reported": Telling("case", "plain", _defect),
    "return.evidence_added": Telling("case", "info", _photos),
    "return.evidence_removed": Telling("case", "plain", _plain("Photo removed")),
    "return.evidence_asked": Telling("messages", "info", _plain("Customer asked for photos")),
    "return.evidence_complete": Telling("case", "good", _plain("All evidence is there")),
    "return.mismatch_found": Telling("stock", "warn", _differs("Not as announced: {kind}")),
    "return.mismatch_decided": Telling("case", "info", _differs("{kind}: {rule}")),
    "return.mismatch_put_up": Telling("case", "warn", _differs("{kind}: a second person is asked")),
    "return.mismatch_resolved": Telling("stock", "good", _differs("{kind}: came right by itself")),
    "return.goods_moved_on": Telling("stock", "info", _moved_on),
    "return.refurbishing_started": Telling("stock", "info", _plain("Refurbishing started")),
    "return.goods_refurbished": Telling("stock", "good", _plain("Refurbished and on sale again")),
    "return.goods_waived": Telling("money", "good", _plain("The customer keeps it")),
    "return.short_closed": Telling("stock", "warn", _given_up),
    "return.concession_asked": Telling("money", "warn", _conceded("Beyond policy")),
    "return.concession_granted": Telling("money", "good", _conceded("Granted")),
    "return.concession_refused": Telling("money", "bad", _conceded("Not granted")),
    "return.concession_lapsed": Telling("money", "plain", _conceded("Lapsed, the case moved on")),
    "return.appealed": Telling("case", "warn", _plain("Rejection appealed")),
    "return.reopened": Telling("case", "warn", _plain("Case opened again")),
    "return.refusal_stands": Telling("case", "bad", _plain("The refusal stands")),
    "return.taken_in_late": Telling("stock", "warn", _plain("Goods taken in late")),
    "return.outcome_changed": Telling("case", "info", _changed),
    "return.promotion_chosen": Telling("money", "info", _promotion),
    "return.refund_short": Telling("money", "bad", _short),
    "repair.opened": Telling("stock", "info", _with("To the workshop", "number")),
    "repair.begun": Telling("stock", "info", _with("At the workshop", "number")),
    "repair.estimated": Telling("money", "info", _estimated),
    "repair.agreed": Telling("case", "good", _with("Repair agreed", "number")),
    "repair.declined": Telling("case", "warn", _with("Estimate declined", "number")),
    "repair.charge_due": Telling("money", "warn", _charge_due),
    "repair.finished": Telling("stock", "good", _with("Repaired", "number")),
    "repair.sent_back": Telling("stock", "good", _with("Sent back to the customer", "number")),
    "repair.given_up": Telling("case", "bad", _with("Not repairable", "number")),
    "exchange.refused_goods_decided": Telling(
        "money", "warn", _with("Decided about refused goods", "number")
    ),
    "return.owes_again": Telling("money", "bad", _plain("Open again: a refund came back")),
    "return.refund_stopped": Telling("money", "bad", _because("The agreed refund was not sent")),
    "return.risk_held": Telling("case", "bad", _risky),
    "return.risk_cleared": Telling("case", "good", _plain("Risk cleared")),
    "return.rated": Telling("case", "info", _with("Rated by the customer, of 5", "score")),
    "return.closed": Telling("case", "good", _plain("Case closed")),
    "return.expired": Telling("case", "bad", _plain("The goods never came: return expired")),
    "decision.made": Telling("case", "plain", _decided),
    "parcel.announced": Telling("stock", "info", _plain("Parcel announced")),
    "parcel.tracked": Telling("stock", "info", tracked),
    "parcel.lost": Telling("stock", "bad", _plain("Parcel lost")),
    "memo.drafted": Telling("money", "plain", _plain("Credit memo drafted")),
    "memo.redrafted": Telling("money", "plain", _plain("Draft of the credit memo rewritten")),
    "memo.issued": Telling("money", "good", _with("Credit memo issued", "number")),
    "memo.applied": Telling("money", "good", _with("Credit put into the new order", "number")),
    "memo.kept_back": Telling("money", "plain", _kept_back),
    "memo.settled": Telling("money", "good", _with("Credit memo settled", "number")),
    "memo.discarded": Telling("money", "plain", _plain("Draft of the credit memo thrown away")),
    "exchange.quoted": Telling("money", "info", _quoted),
    "exchange.accepted": Telling("money", "good", _plain("Quote accepted")),
    "exchange.quote_ended": Telling("money", "warn", _plain("The quote ended unconfirmed")),
    "exchange.quote_failed": Telling("money", "bad", _because("The quote could not be made again")),
    "exchange.hold_extended": Telling("stock", "hold", _because("Hold extended")),
    "exchange.hold_released": Telling("stock", "plain", _plain("Stock given back by hand")),
    "exchange.held_again": Telling("stock", "hold", _plain("Stock held again")),
    "exchange.hold_ended": Telling("stock", "bad", _plain("The hold ended: stock is free again")),
    "exchange.goods_refused": Telling("case", "bad", _plain("The exchange waits for a decision")),
    "approval.asked": Telling("case", "warn", _plain("Approval asked of the leads")),
    "approval.approved": Telling("case", "good", _plain("Approved")),
    "approval.rejected": Telling("case", "bad", _plain("Approval denied")),
    "approval.void": Telling("case", "bad", _plain("Approval void: what was approved changed")),
    "approval.expired": Telling("case", "bad", _plain("Nobody decided about the approval in time")),
    "exchange.adjusted": Telling("money", "info", _plain("Fee or price set by hand")),
    "exchange.payment_due": Telling("money", "warn", _with("To be paid by the customer", "due")),
    "exchange.substituted": Telling("stock", "info", _plain("Something else goes out")),
    "exchange.promise_broken": Telling(
        "case", "bad", _with("A promised day cannot be kept", "promised", "instead")
    ),
    "exchange.converted_to_sale": Telling("money", "info", _because("It became a sale")),
    "exchange.card_held": Telling("money", "info", _with("Amount held on the card", "amount")),
    "exchange.taken_late": Telling("money", "good", _with("Goods taken late", "amount")),
    "exchange.charged": Telling("money", "info", _with("Card on file charged", "amount")),
    "exchange.payment_returned": Telling("money", "info", _with("Payment goes back", "amount")),
    "exchange.paid": Telling("money", "good", _plain("Difference paid")),
    "exchange.ready": Telling("case", "good", _plain("Replacement ready to leave")),
    "exchange.released": Telling("stock", "info", released),
    "exchange.visit_arranged": Telling("case", "info", visit("Crew comes")),
    "exchange.visit_moved": Telling("case", "warn", visit("Visit moved to")),
    "exchange.visit_dispatched": Telling("stock", "info", _plain("Crew has left")),
    "exchange.visit_begun": Telling("case", "info", _plain("Crew is at the customer’s")),
    "exchange.visit_done": Telling("case", "good", _plain("Visit done")),
    "exchange.visit_failed": Telling("case", "bad", failed_visit),
    "exchange.came_back": Telling("stock", "warn", came_back),
    "exchange.kept_by_customer": Telling("money", "warn", _plain("Customer keeps both")),
    "exchange.rest_dropped": Telling("stock", "warn", dropped),
    "exchange.short_picked": Telling(
        "stock", "bad", _plain("The warehouse found less than was held")
    ),
    "exchange.shipped": Telling("stock", "info", shipped),
    "exchange.delivered": Telling("stock", "good", _plain("Replacement delivered")),
    "exchange.completed": Telling("case", "good", _plain("Exchange completed")),
    "exchange.cancelled": Telling("case", "bad", _because("Exchange cancelled")),
    "exchange.expired": Telling("case", "bad", _plain("Exchange expired")),
    "exchange.converted_to_refund": Telling("money", "info", _because("Converted to a refund")),
    "reservation.made": Telling("stock", "hold", _held("Held {goods} at {place}")),
    "reservation.extended": Telling("stock", "hold", _prolonged),
    "reservation.committed": Telling("stock", "hold", _held("Hold handed to {place}: {goods}")),
    "reservation.consumed": Telling("stock", "good", _held("Hold used: {goods} left {place}")),
    "reservation.released": Telling("stock", "plain", _held("Hold released: {cause}")),
    "reservation.expired": Telling("stock", "bad", _held("Hold expired: {goods} at {place}")),
    "order.registered": Telling("money", "info", _with("New order made", "number")),
    "shipment.picked": Telling("stock", "info", _plain("Replacement picked")),
    "shipment.cancelled": Telling("stock", "plain", _plain("Planned parcel withdrawn")),
    "message.sent": Telling("messages", "info", mailed("sent")),
    "message.bounced": Telling("messages", "bad", mailed("came back")),
    "message.failed": Telling("messages", "bad", mailed("could not be sent")),
    "message.suppressed": Telling("messages", "plain", mailed("kept back")),
    "message.queued": Telling("messages", "plain", mailed("on its way")),
    "message.delivered": Telling("messages", "good", mailed("arrived")),
    "message.called_off": Telling("messages", "warn", mailed("called off before it left")),
    "suppression.made": Telling("messages", "warn", suppressed("No more {medium} to that address")),
    "suppression.lifted": Telling("messages", "info", suppressed("{medium} to that address again")),
    "promise.broken": Telling("case", "bad", promised("Not there on the day we said")),
    "promise.kept": Telling("case", "good", promised("There as promised")),
}


def tell(record: CaseRecord, reader: Reader, *, shows: str = "") -> list[TimelineEntry]:
    """The timeline, newest first; `shows` narrows it to one group."""
    over = ("message.sent", "message.suppressed", "message.called_off")
    sent = {event.subject for event in record.events if event.kind in over}
    return [
        entry
        for event in record.events
        if not (event.kind == "message.queued" and event.subject in sent)
        if (entry := _tell(event, record, reader, shows))
    ]


def list_changes(record: CaseRecord, reader: Reader, *, after: int) -> list[TimelineEntry]:
    """What happened since event `after`, newest first: what somebody had not seen yet."""
    newer = [event for event in record.events if event.pk > after]
    return [entry for event in newer if (entry := _tell(event, record, reader, ""))]


def name_of(actor: str, record: CaseRecord, reader: Reader) -> str:
    if actor == f"user:{reader.user.pk}":
        return "you"
    kind = actor.partition(":")[0]
    who = {"customer": str(record.case.customer), "system": "Swapdesk", "partner": "the partner"}
    return record.names.get(actor, who.get(kind, "someone"))


def draw_tabs(shows: str) -> list[Tab]:
    return [
        Tab(
            label=label,
            url=f"?shows={code}#case-timeline" if code else "?#case-timeline",
            is_current=code == shows,
        )
        for code, label in GROUPS.items()
    ]


def _tell(event: Event, record: CaseRecord, reader: Reader, shows: str) -> TimelineEntry | None:
    note = record.notes.get(event.data.get("note"))
    if event.kind == "return.note_written":
        return _note(event, note, record, reader) if shows in ("", "messages") else None
    telling = TELLINGS.get(event.kind)
    if telling is None or (shows and telling.group != shows):
        return None
    what, detail = telling.words(event.data, reader)
    details = [detail, note.text if note else "", name_of(event.actor, record, reader)]
    return _entry(event, what, details, telling.tone, reader)


def _note(
    event: Event, note: CaseNote | None, record: CaseRecord, reader: Reader
) -> TimelineEntry | None:
    if note is None:
        return None
    return _entry(
        event, f"“{note.text}”", ["note", name_of(event.actor, record, reader)], "warn", reader
    )


def _entry(
    event: Event, what: str, details: Iterable[str], tone: Tone, reader: Reader
) -> TimelineEntry:
    return TimelineEntry(
        what=what,
        at=event.at,
        when=reader.moment(event.at),
        detail=" · ".join(detail for detail in details if detail),
        tone=tone,
    )
