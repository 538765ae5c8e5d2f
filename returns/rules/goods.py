"""What follows from goods that were counted and graded. No database, no clock."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from core.errors import BadInput
from core.verdicts import Verdict
from returns.states import DisposedBecause, DispositionKind, Grade, MoneyRule, ReceivedAs

D = DispositionKind

# Goods that did not pass stay the customer's: set apart or sent back, never ours to sell.
FOR_REFUSED = (D.QUALITY_REJECT, D.RETURN_TO_CUSTOMER)
NOT_FOR_ACCEPTED = (D.RETURN_TO_CUSTOMER,)
# Unless they let us have them, or the mismatch desk says that nobody wants them back.
GIVEN_UP = (DisposedBecause.BY_AGREEMENT, DisposedBecause.DECIDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedLine:
    """Goods of one kind as somebody counted them; `return_line_id` None when nobody announced them.

    `damaged` is part of `quantity`. `sku_found` and `serial_found` are blank when nothing else
    than announced was found; `lot_found` is what stands on goods that have no serial number.
    """

    return_line_id: int | None
    quantity: int
    damaged: int = 0
    sku_found: str = ""
    serial_found: str = ""
    lot_found: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitedLine:
    """What is still to come of a return line; `serials`, in capitals, are those that may come.

    `received_serials` have come already: they are never counted again.
    """

    sku: str
    awaited: int
    is_serialised: bool = False
    serials: frozenset[str] = frozenset()
    received_serials: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedRow:
    """One row of a receipt as it will be kept."""

    kind: ReceivedAs
    counted: CountedLine


def plan_receipt(
    counted: Sequence[CountedLine],
    awaited: Mapping[int, AwaitedLine],
    *,
    of_others: Collection[str] = (),
) -> list[CountedRow]:
    """Set what was counted against what is awaited, by return line id.

    More than announced becomes an extra row; a wrong item or serial number is a row of its own
    and never counts, so that the right one is still awaited. `of_others`, in capitals, are serial
    numbers that were sold to somebody else. Raises BadInput.
    """
    if not counted:
        raise BadInput("Count at least one unit.", field="lines")
    _check_serials(counted, awaited)
    left = {line_id: line.awaited for line_id, line in awaited.items()}
    rows: list[CountedRow] = []
    for goods in counted:
        line = _awaited_line(goods, awaited)
        kind = _received_as(goods, line, of_others)
        if kind != ReceivedAs.EXPECTED or goods.return_line_id is None:
            rows.append(CountedRow(kind=kind, counted=goods))
            continue
        expected = min(goods.quantity, left[goods.return_line_id])
        left[goods.return_line_id] -= expected
        rows += _split(goods, expected)
    return rows


def _awaited_line(goods: CountedLine, awaited: Mapping[int, AwaitedLine]) -> AwaitedLine | None:
    if goods.quantity < 1:
        raise BadInput("Count at least one unit.", field="quantity")
    if not 0 <= goods.damaged <= goods.quantity:
        raise BadInput("Damaged units are part of those counted.", field="damaged")
    if goods.return_line_id is None:
        if not goods.sku_found:
            raise BadInput("Say which SKU it is that nobody announced.", field="sku_found")
        return None
    if goods.return_line_id not in awaited:
        raise BadInput("That line is not awaited in this case.", field="return_line_id")
    return awaited[goods.return_line_id]


def _check_serials(counted: Sequence[CountedLine], awaited: Mapping[int, AwaitedLine]) -> None:
    """One unit is there once, in this parcel and in those before it."""
    seen: set[str] = set()
    for goods in counted:
        serial = goods.serial_found.upper()
        line = awaited.get(goods.return_line_id or 0)
        if serial and (serial in seen or (line and serial in line.received_serials)):
            raise BadInput(f"{serial} is counted already.", field="serial_found", serial=serial)
        seen.add(serial)


def _received_as(
    goods: CountedLine, line: AwaitedLine | None, of_others: Collection[str]
) -> ReceivedAs:
    if line is None and goods.serial_found.upper() in of_others:
        return ReceivedAs.FOREIGN_SERIAL
    if line is None:
        return ReceivedAs.EXTRA
    if goods.sku_found and goods.sku_found.casefold() != line.sku.casefold():
        return ReceivedAs.WRONG_ITEM
    if line.is_serialised:
        return _received_serial(goods, line, of_others)
    return ReceivedAs.EXPECTED


def _received_serial(
    goods: CountedLine, line: AwaitedLine, of_others: Collection[str]
) -> ReceivedAs:
    """Serialised goods are scanned one by one; a serial that was not sold here is a wrong one."""
    if not goods.serial_found:
        raise BadInput(f"Scan the serial number of {line.sku}.", field="serial_found")
    if goods.quantity > 1:
        raise BadInput("One serial number stands for one unit.", field="quantity")
    serial = goods.serial_found.upper()
    if serial in line.serials:
        return ReceivedAs.EXPECTED
    return ReceivedAs.FOREIGN_SERIAL if serial in of_others else ReceivedAs.WRONG_SERIAL


def _split(goods: CountedLine, expected: int) -> list[CountedRow]:
    """As announced, and the surplus. Damage counts as announced first, so that none is lost."""
    damaged = min(goods.damaged, expected)
    parts = (
        (ReceivedAs.EXPECTED, expected, damaged),
        (ReceivedAs.EXTRA, goods.quantity - expected, goods.damaged - damaged),
    )
    return [
        CountedRow(kind=kind, counted=replace(goods, quantity=quantity, damaged=of_it))
        for kind, quantity, of_it in parts
        if quantity
    ]


def allot_goods(
    found: Sequence[CountedLine], awaited: Mapping[int, AwaitedLine]
) -> list[CountedLine]:
    """Goods that were counted without knowing the case, each set against the line it belongs to.

    By serial number first, then by SKU where anything of it is awaited; the rest stays unannounced.
    """
    left = {line_id: line.awaited for line_id, line in awaited.items()}
    allotted = []
    for goods in found:
        line_id = _line_for(goods, awaited, left)
        if line_id is None:
            sku = goods.sku_found or goods.serial_found
            allotted.append(replace(goods, sku_found=sku))
            continue
        left[line_id] -= goods.quantity
        allotted.append(replace(goods, return_line_id=line_id))
    return allotted


def _line_for(
    goods: CountedLine, awaited: Mapping[int, AwaitedLine], left: Mapping[int, int]
) -> int | None:
    serial, sku = goods.serial_found.upper(), goods.sku_found.casefold()
    by_serial = [pk for pk, line in awaited.items() if serial and serial in line.serials]
    by_sku = [
        pk
        for pk, line in awaited.items()
        if sku and line.sku.casefold() == sku and left[pk] > 0
        if not line.is_serialised or serial
    ]
    return next(iter([*by_serial, *by_sku]), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectedLine:
    """The grade of received units, whether they pass, and where they go.

    `bin_id` names the quarantine bin; `because` why goods are scrapped, or leave their usual way.
    """

    receipt_line_id: int
    quantity: int
    grade: str
    is_accepted: bool
    disposition: str
    note: str = ""
    refused_because: str = ""
    is_defect_confirmed: bool | None = None
    missing_parts: tuple[str, ...] = ()
    bin_id: int | None = None
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UngradedLine:
    """Received units that nobody has graded yet. `is_stocked`: their SKU is in the catalogue.

    `rule` is what the mismatch desk has decided about them, blank while it has not.
    `is_to_repair`: the customer wants them mended and sent back.
    """

    kind: str
    quantity: int
    is_stocked: bool = True
    rule: str = ""
    is_to_repair: bool = False

    @property
    def counts_as(self) -> str:
        """Goods taken in place of the announced ones are graded like these."""
        return ReceivedAs.EXPECTED if self.rule == MoneyRule.SUBSTITUTE else self.kind


def check_inspections(
    inspected: Sequence[InspectedLine], ungraded: Mapping[int, UngradedLine]
) -> None:
    """Raise BadInput unless every grade fits what was received, by receipt line id."""
    if not inspected:
        raise BadInput("Grade at least one unit.", field="lines")
    left = {line_id: line.quantity for line_id, line in ungraded.items()}
    for graded in inspected:
        if graded.receipt_line_id not in left:
            raise BadInput("That row was not received in this case.", field="receipt_line_id")
        if not 1 <= graded.quantity <= left[graded.receipt_line_id]:
            raise BadInput("Only units received and not graded yet.", field="quantity")
        left[graded.receipt_line_id] -= graded.quantity
        line = ungraded[graded.receipt_line_id]
        can_dispose(
            graded,
            kind=line.counts_as,
            is_stocked=line.is_stocked,
            is_to_repair=line.is_to_repair,
        ).require("These goods cannot go there.")
        _check_reasons(graded, kind=line.counts_as)


def _check_reasons(graded: InspectedLine, *, kind: str) -> None:
    if not graded.is_accepted and kind == ReceivedAs.EXPECTED and not graded.refused_because:
        raise BadInput("Say why the goods do not pass.", field="refused_because")
    if graded.disposition == D.SCRAP and not graded.because:
        raise BadInput("Say why the goods are scrapped.", field="because")


def can_dispose(
    graded: InspectedLine, *, kind: str, is_stocked: bool = True, is_to_repair: bool = False
) -> Verdict:
    """Whether goods of this grade, passed or not, may go where `graded` says."""
    disposition = D(graded.disposition)
    is_announced = kind == ReceivedAs.EXPECTED
    to = disposition.label.lower()
    return Verdict.of(
        f"{ReceivedAs(kind).label}: it cannot be accepted."
        if graded.is_accepted and not is_announced
        else None,
        f"Accepted goods are ours: not “{to}”."
        if graded.is_accepted and disposition in NOT_FOR_ACCEPTED
        else None,
        f"Refused goods are set apart or sent back: not “{to}”."
        if not graded.is_accepted
        and disposition not in FOR_REFUSED
        and not (disposition == D.SCRAP and graded.because in GIVEN_UP)
        else None,
        "They are to be mended for the customer: to the workshop."
        if graded.is_accepted and is_to_repair and disposition != D.REPAIR
        else None,
        "Nobody asked for a repair."
        if disposition == D.REPAIR and not (graded.is_accepted and is_to_repair)
        else None,
        "Grade D goods are never restocked."
        if graded.grade == Grade.D and disposition == D.RESTOCK
        else None,
        "The SKU is not in the catalogue, so it cannot be restocked."
        if disposition == D.RESTOCK and not is_stocked
        else None,
    )


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What usually happens with goods of a grade; a person decides."""

    is_accepted: bool
    disposition: DispositionKind


def suggest_outcome(
    *,
    kind: str,
    grade: str,
    is_our_fault: bool = False,
    is_stocked: bool = True,
    rule: str = "",
    is_to_repair: bool = False,
) -> Suggestion:
    """Whether goods of this grade pass, and where they go then.

    Broken goods pass only where we were at fault: what was sent whole should come back whole.
    `rule` is what the mismatch desk has decided: it goes before everything else.
    """
    if rule == MoneyRule.SEND_BACK:
        return Suggestion(is_accepted=False, disposition=D.RETURN_TO_CUSTOMER)
    if rule == MoneyRule.WRITE_OFF:
        return Suggestion(is_accepted=False, disposition=D.SCRAP)
    if rule == MoneyRule.SUBSTITUTE:
        kind = ReceivedAs.EXPECTED
    if rule in (MoneyRule.ACCEPT, MoneyRule.CARRIER_CLAIM):
        is_our_fault = True
    if is_to_repair and kind == ReceivedAs.EXPECTED:
        return Suggestion(is_accepted=True, disposition=D.REPAIR)
    if kind != ReceivedAs.EXPECTED or (grade == Grade.D and not is_our_fault):
        return Suggestion(is_accepted=False, disposition=D.QUALITY_REJECT)
    if grade == Grade.D:
        return Suggestion(is_accepted=True, disposition=D.SCRAP)
    if grade == Grade.C or is_our_fault or not is_stocked:
        return Suggestion(is_accepted=True, disposition=D.REFURBISH)
    return Suggestion(is_accepted=True, disposition=D.RESTOCK)
