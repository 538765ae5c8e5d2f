"""Intake in the reader's words: sources, groups, and what is wrong with a document."""

from __future__ import annotations

from decimal import Decimal

from django.urls import reverse

from console.components import Badge, Tone
from console.intake.page import GroupRow, PictureRow, SourceCard
from console.reader import Reader
from intake.changes import Change, list_changes, say_changes
from intake.grouping import Group
from intake.models import ChannelDocument
from intake.reading import ReadOrder, Severity
from intake.sources import Source
from intake.states import DocumentState

S = DocumentState
STATES: dict[str, tuple[str, Tone]] = {
    S.RECEIVED: ("Waits for a worker", "info"),
    S.ACCEPTED: ("Accepted", "good"),
    S.DUPLICATE: ("Duplicate", "plain"),
    S.CONFLICT: ("Conflict", "bad"),
    S.PARKED: ("Parked", "info"),
    S.HELD: ("Held", "warn"),
    S.IGNORED: ("Ignored", "plain"),
    S.DEAD_LETTER: ("Dead letter", "bad"),
    S.DISCARDED: ("Discarded", "plain"),
}
TITLES = {
    "does_not_add_up": "Total does not follow from its lines",
    "money_changed": "Money changed after it was sold",
    "does_not_freeze": "Lines do not round to what was paid",
    "several_parcels": "Several parcels have one number",
    "unknown_status": "Unknown status",
    "unknown_line": "Return of goods that were not sold",
    "not_fetched": "Could not be fetched",
    "never_came": "What it waited for never came",
    "invoice": "Invoices in place of orders",
    "no_mapping": "No mapping is published",
    "starts_with_a_byteorder_mark": "Starts with a byte-order mark",
    "not_valid_json": "Not valid JSON",
}
AWAITED = {
    "order": "Before its order",
    "part": "Half of an order",
    "parcel": "Tracking before its parcel",
    "message": "Status before its message",
    "payment": "Payment before its order",
    "fetch": "Announced, to be fetched",
}
MOST_ROWS = 12


def badge_of(state: str) -> Badge:
    word, tone = STATES[state]
    return Badge(word=word, tone=tone)


def changes_of(document: ChannelDocument, reader: Reader) -> list[Change]:
    """What a conflict says otherwise, in the reader's money; nothing for any other document."""
    if document.order is None:
        return []
    return list(
        list_changes(document.difference, currency=document.order.currency, locale=reader.locale)
    )


def reason_of(document: ChannelDocument, reader: Reader) -> str:
    """Why it stands as it does; that of a conflict is written anew in the reader's money."""
    return say_conflict(document, reader) if document.state == S.CONFLICT else document.reason


def say_conflict(document: ChannelDocument, reader: Reader) -> str:
    if not document.difference or document.order is None:
        return document.reason
    currency = document.order.currency
    return say_changes(document.difference, currency=currency, locale=reader.locale)


def title_of(group: Group) -> str:
    """What the documents of a group have in common."""
    if group.state == S.PARKED:
        return AWAITED.get(group.awaits, "Waits")
    if group.cause == "unknown_sku":
        return f"Unknown SKU {group.detail.partition('”')[0].removeprefix('“')}"
    if group.cause in {"missing", "required"}:
        return f"{words_of(group.place)} is missing"
    if group.cause in TITLES:
        return TITLES[group.cause]
    said = words_of(group.cause) or "Held"
    return f"{said}: {words_of(group.place).lower()}" if group.place else said


def words_of(name: str) -> str:
    """“lines.tax_total” → “Tax total”."""
    return name.rpartition(".")[2].replace("_", " ").capitalize()


def draw_group(group: Group, reader: Reader, *, chosen: str) -> GroupRow:
    return GroupRow(
        code=group.code,
        url=reverse("console:intake_group", args=[group.code]),
        title=title_of(group),
        holds_up=" · ".join(_holds_up(group, reader)),
        count=group.count,
        is_chosen=group.code == chosen,
    )


def _holds_up(group: Group, reader: Reader) -> list[str]:
    waiting = "parked" if group.state == S.PARKED else "document" + "s" * (group.count != 1)
    said = [group.channel, f"{group.count} {waiting}"]
    said += [reader.money(amount, currency) for currency, amount in sorted(group.worth.items())]
    if group.customers:
        said.append(f"{group.customers} customer{'s' * (group.customers != 1)} waiting")
    said.append(f"for {reader.ago(group.oldest)}")
    if group.state == S.PARKED:
        return [*said, "goes on by itself"]
    return [*said, f"owner: {group.owner}"] if group.owner else said


def draw_source(source: Source, reader: Reader) -> SourceCard:
    heard = f"{reader.ago(source.last_at)} ago" if source.last_at else "never"
    note = f"{source.troubled} of {source.in_last_hour} in trouble" if source.troubled else ""
    if source.resting_until and source.resting_until > reader.now:
        note = f"asked again at {reader.hour(source.resting_until)}: {source.last_error}"
        return SourceCard(name=source.name, heard=heard, note=note,
                          badge=Badge(word="rests", tone="bad"))  # fmt: skip
    if (failing := source.failing) is not None:
        again = reader.hour(failing.due_at)
        note = f"{failing.what} asked again at {again}: {failing.last_error}"
        return SourceCard(name=source.name, heard=heard, note=note,
                          badge=Badge(word="does not answer", tone="bad"))  # fmt: skip
    if source.polls and not note:
        note = f"asked for {', '.join(poll.what for poll in source.polls)}"
        answered = [poll.last_answered_at for poll in source.polls if poll.last_answered_at]
        if answered:
            note += f", answered {reader.ago(max(answered))} ago"
    if not source.is_active:
        badge = Badge(word="closed", tone="plain")
    elif source.is_late(reader.now):
        gap = source.usual_gap
        minutes = max(1, round(gap.total_seconds() / 60)) if gap else 0
        badge = Badge(word=f"usually every {minutes} min", tone="warn")
    else:
        tone: Tone = "bad" if source.error_rate > 0.5 and source.in_last_hour > 3 else "good"
        badge = Badge(word=f"{source.in_last_hour} in the last hour", tone=tone)
    return SourceCard(name=source.name, heard=heard, badge=badge, note=note)


def draw_picture(read: ReadOrder, reader: Reader) -> list[PictureRow]:
    """The order as it came, with what was found beside the line it concerns."""
    wrong = {finding.field: finding.message for finding in read.found(Severity.HOLD)}
    rows = []
    for position, line in enumerate(read.lines[:MOST_ROWS]):
        amount = (line.unit_price or Decimal(0)) * (line.quantity or Decimal(0))
        named = line.sku if line.sku is not None else (line.title or "")
        at = f"lines[{position}]"
        said = next((text for field, text in wrong.items() if field.startswith(at)), "")
        rows.append(
            PictureRow(
                label=f"line {position + 1}",
                what=f"{line.quantity or '?'} × {str(named)[:40]}",
                amount=_amount(amount),
                wrong=said or _repeats(read, position),
            )
        )
    if len(read.lines) > MOST_ROWS:
        rows.append(PictureRow(label="", what=f"and {len(read.lines) - MOST_ROWS} more", amount=""))
    for label, field in (
        ("discounts", "discount_total"),
        ("shipping", "shipping_total"),
        ("tax", "tax_total"),
        ("stated total", "grand_total"),
    ):
        stated = getattr(read, field)
        if stated or field == "grand_total" or field in wrong:
            rows.append(
                PictureRow(label=label, what="", amount=_amount(stated), wrong=wrong.get(field, ""))
            )
    shown = {"lines", "discount_total", "shipping_total", "tax_total", "grand_total"}
    for field, message in wrong.items():
        if field not in shown and not field.startswith("lines["):
            rows.append(
                PictureRow(label=field.replace("_", " "), what="", amount="", wrong=message)
            )
    return rows


def _repeats(read: ReadOrder, position: int) -> str:
    line = read.lines[position]
    before = [other.external_id for other in read.lines[:position]]
    return "the same line twice" if line.external_id and line.external_id in before else ""


def _amount(amount: Decimal | None) -> str:
    return "not there" if amount is None else f"{amount:.2f}"


def name_of(document: ChannelDocument) -> str:
    what = document.kind.replace("_", " ") or "document"
    number = document.external_id or document.source
    return f"{what.capitalize()} {number}"[:80]
