"""Counting a parcel: what was typed or scanned so far, and the lines that it comes to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict

from console.finding import looks_like_number
from console.warehouse.gs1 import Labelled, list_spellings, read_label
from core.events import reference
from fulfilment.queries import get_parcel
from inventory.models import Location, Variant
from returns.models import Return, ReturnLine
from returns.queries import SerialOwner, find_owner, list_awaited
from returns.rules import AwaitedLine, CountedLine

FOUND = "found"
FOUND_AT_MOST = 50


class ArrivalForm(forms.Form):
    """Where the goods are, and by which parcel they came."""

    use_required_attribute = False

    location = forms.TypedChoiceField(label="Received at", coerce=int)
    tracking_number = forms.CharField(required=False, max_length=80)
    is_empty = forms.BooleanField(label="There was nothing in the box", required=False)

    def __init__(self, *args: Any, locations: list[Location], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        location: Any = self.fields["location"]
        location.choices = [(place.pk, place.name) for place in locations]


class LineForm(forms.Form):
    """How many of an announced line were found. Serialised goods are counted by their serials."""

    use_required_attribute = False

    quantity = forms.IntegerField(min_value=0, max_value=9999)
    serials = forms.CharField(
        label="Serial numbers",
        required=False,
        max_length=2000,
        help_text="One per unit, divided by spaces or commas.",
    )
    lot = forms.CharField(
        label="Lot", required=False, max_length=40, help_text="If it stands on the goods."
    )
    damaged = forms.IntegerField(min_value=0, max_value=9999, required=False)

    def __init__(self, *args: Any, is_serialised: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("quantity", "lot") if is_serialised else ("serials",):
            del self.fields[name]

    def clean_serials(self) -> list[str]:
        return split_serials(self.cleaned_data["serials"])


class FoundForm(forms.Form):
    """Something nobody announced, or something else in place of what was."""

    use_required_attribute = False

    sku = forms.CharField(label="SKU found", max_length=120)
    serial = forms.CharField(label="Serial number", required=False, max_length=80)
    quantity = forms.IntegerField(min_value=1, max_value=9999)
    damaged = forms.IntegerField(min_value=0, max_value=9999, required=False)
    instead_of = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, lines: list[ReturnLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(line.pk, line.order_line.title) for line in lines]
        instead_of: Any = self.fields["instead_of"]
        instead_of.choices = [("", "Nothing: it was not announced"), *names]

    @property
    def counted(self) -> CountedLine:
        data = self.cleaned_data
        return CountedLine(
            return_line_id=data["instead_of"],
            quantity=data["quantity"],
            damaged=data["damaged"] or 0,
            sku_found=data["sku"],
            serial_found=data["serial"].strip().upper(),
        )


@dataclass(slots=True, kw_only=True)
class Count:
    """Everything typed about one parcel. `heard` says what the last scan did."""

    arrival: ArrivalForm
    lines: dict[int, LineForm]
    found: list[FoundForm]
    awaited: dict[int, AwaitedLine]
    awaits_serial: str = ""
    heard: str = ""
    is_misheard: bool = False

    def is_valid(self) -> bool:
        """Every form is asked, so that all that is wrong is pointed out at once."""
        asked = [form.is_valid() for form in (self.arrival, *self.lines.values(), *self.found)]
        return all(asked)

    @property
    def counted(self) -> list[CountedLine]:
        """Only of a valid count. Lines of which nothing was found are left out."""
        rows = [row for pk, form in self.lines.items() for row in _count_line(pk, form)]
        return rows + [form.counted for form in self.found]


def _count_line(line_id: int, form: LineForm) -> list[CountedLine]:
    damaged = form.cleaned_data["damaged"] or 0
    serials = form.cleaned_data.get("serials")
    if serials is None:
        quantity = form.cleaned_data["quantity"]
        if not quantity and not damaged:
            return []
        return [
            CountedLine(
                return_line_id=line_id,
                quantity=quantity,
                damaged=damaged,
                lot_found=form.cleaned_data["lot"],
            )
        ]
    return [
        CountedLine(
            return_line_id=line_id,
            quantity=1,
            damaged=int(position < damaged),
            serial_found=serial,
        )
        for position, serial in enumerate(serials)
    ]


def split_serials(text: str) -> list[str]:
    return [serial for serial in re.split(r"[\s,;]+", text) if serial]


def read_count(
    case: Return,
    data: QueryDict | None,
    *,
    locations: list[Location],
    heard_before: list[str] | None = None,
) -> Count:
    """The count as it was sent, with what was scanned added; nothing counted yet without `data`.

    `heard_before` was scanned at the dock, before anybody knew which case it is about.
    """
    awaited = {
        pk: line
        for pk, line in list_awaited(case).items()
        if line.awaited or _was_counted(pk, data)
    }
    lines = [line for line in case.lines.all() if line.pk in awaited]
    sent = data.copy() if data is not None else None
    heard, is_misheard = "", False
    if sent is None and heard_before:
        sent = _begin(case, lines, awaited)
        for scan in heard_before:
            said, is_misheard = _hear(scan, sent, case, lines, awaited)
            heard = f"{heard} {said}".strip()
    elif sent is not None and (scan := sent.get("scan", "").strip()):
        heard, is_misheard = _hear(scan, sent, case, lines, awaited)
    if sent is not None and "add" in sent:
        _add_found(sent, sku="")
    return Count(
        arrival=_arrival(case, sent, locations),
        lines={
            line.pk: LineForm(
                sent,
                prefix=f"line-{line.pk}",
                is_serialised=awaited[line.pk].is_serialised,
                initial={"quantity": 0},
            )
            for line in lines
        },
        found=[
            FoundForm(sent, prefix=f"{FOUND}-{number}", lines=lines)
            for number in range(_count_found(sent))
        ],
        awaited=awaited,
        awaits_serial=sent.get("awaits_serial", "") if sent is not None else "",
        heard=heard,
        is_misheard=is_misheard,
    )


def _begin(case: Return, lines: list[ReturnLine], awaited: dict[int, AwaitedLine]) -> QueryDict:
    """An empty count as a browser would send it."""
    sent = QueryDict(mutable=True)
    parcel = get_parcel(reference(case))
    sent["location"] = str(parcel.location_id) if parcel else ""
    sent["tracking_number"] = parcel.tracking_number if parcel else ""
    for line in lines:
        name = "serials" if awaited[line.pk].is_serialised else "quantity"
        sent[f"line-{line.pk}-{name}"] = "" if name == "serials" else "0"
        sent[f"line-{line.pk}-damaged"] = "0"
    return sent


def _was_counted(line_id: int, data: QueryDict | None) -> bool:
    """Sent a second time, a count is read as it was, so that it is known for the same one."""
    return data is not None and any(name.startswith(f"line-{line_id}-") for name in data)


def _arrival(case: Return, sent: QueryDict | None, locations: list[Location]) -> ArrivalForm:
    parcel = get_parcel(reference(case))
    initial = {
        "location": parcel.location_id if parcel else None,
        "tracking_number": parcel.tracking_number if parcel else "",
    }
    return ArrivalForm(sent, locations=locations, initial=initial)


# ── scanning ─────────────────────────────────────────────────────────────────


def _hear(
    scan: str,
    sent: QueryDict,
    case: Return,
    lines: list[ReturnLine],
    awaited: dict[int, AwaitedLine],
) -> tuple[str, bool]:
    """Put a scan where it belongs; says what was understood, and whether nothing was."""
    sent["scan"] = ""
    if looks_like_number(scan):
        return _hear_number(scan, case)
    if label := read_label(scan):
        return _hear_label(label, sent, case, lines, awaited)
    for line in lines:
        if scan.upper() in awaited[line.pk].serials:
            return _add_serial(scan.upper(), sent, line), False
    for line in lines:
        if _is_of_line(scan, line):
            return _count_one(sent, line, awaited[line.pk])
    variant = _find_variant(scan, lines)
    if variant:
        _add_found(sent, sku=variant.sku)
        return f"{variant.full_title} was not announced: it is counted apart.", False
    waiting = [line for line in lines if _waits_for_serial(sent, line)]
    owner = find_owner(partner_id=case.partner_id, serial=scan)
    if owner is not None:
        return _hear_strange_unit(scan, sent, case, owner, waiting)
    if waiting:
        return _add_serial(scan.upper(), sent, waiting[0]), False
    return _take_for_parcel(scan, sent)


def _hear_label(
    label: Labelled,
    sent: QueryDict,
    case: Return,
    lines: list[ReturnLine],
    awaited: dict[int, AwaitedLine],
) -> tuple[str, bool]:
    """A label says in one scan which goods they are, and which unit or lot of them."""
    line = next((each for each in lines if _is_of_line(label.article, each)), None)
    if line is None:
        return _hear(label.article, sent, case, lines, awaited)
    if awaited[line.pk].is_serialised and label.serial:
        return _add_serial(label.serial.upper(), sent, line), False
    name = f"line-{line.pk}-lot"
    known = sent.get(name, "")
    if label.lot and known and known.casefold() != label.lot.casefold():
        return f"It is of lot {label.lot}: book what is of lot {known} first.", True
    said, is_misheard = _count_one(sent, line, awaited[line.pk])
    if not label.lot or awaited[line.pk].is_serialised:
        return said, is_misheard
    sent[name] = label.lot
    return f"{said} Lot {label.lot}.", is_misheard


def _hear_number(scan: str, case: Return) -> tuple[str, bool]:
    if scan.strip().upper() == case.number:
        return "The label of this case.", False
    return f"{scan.upper()} is another case: count its goods there.", True


def _hear_strange_unit(
    scan: str, sent: QueryDict, case: Return, owner: SerialOwner, waiting: list[ReturnLine]
) -> tuple[str, bool]:
    """A unit that was sold, though not in this case: counted, so that it is set apart."""
    sold = owner.unit.line
    of_same_goods = [
        line
        for line in case.lines.all()
        if line.order_line.sku == sold.sku and f"line-{line.pk}-serials" in sent
    ]
    whose = f"{scan.upper()} was sold to somebody else. It is counted and set apart."
    for line in [*waiting, *of_same_goods]:
        return f"{_add_serial(scan.upper(), sent, line)} {whose}", True
    _add_found(sent, sku=sold.sku, serial=scan.upper())
    return whose, True


def _take_for_parcel(scan: str, sent: QueryDict) -> tuple[str, bool]:
    """What is no goods is the parcel's label, unless its number is known already."""
    known = sent.get("tracking_number", "")
    if known and known.casefold() != scan.casefold():
        return f"“{scan}” is not known here. Add it below by hand if it was in the parcel.", True
    sent["tracking_number"] = scan
    return f"Parcel {scan}.", False


def _is_of_line(scan: str, line: ReturnLine) -> bool:
    sold = line.order_line
    barcode = sold.variant.barcode if sold.variant else ""
    return scan.casefold() == sold.sku.casefold() or barcode in list_spellings(scan)


def _count_one(sent: QueryDict, line: ReturnLine, awaited: AwaitedLine) -> tuple[str, bool]:
    title = line.order_line.title
    if awaited.is_serialised:
        sent["awaits_serial"] = str(line.pk)
        return f"{title}: now scan its serial number.", False
    name = f"line-{line.pk}-quantity"
    quantity = _number(sent, name) + 1
    sent[name] = str(quantity)
    surplus = " That is more than announced." if quantity > awaited.awaited else ""
    return f"{title}: {quantity} of {awaited.awaited}.{surplus}", False


def _number(sent: QueryDict, name: str) -> int:
    """What a field holds so far; nothing readable is nothing counted."""
    text = str(sent.get(name, ""))
    return int(text) if text.isdecimal() else 0


def _waits_for_serial(sent: QueryDict, line: ReturnLine) -> bool:
    return sent.get("awaits_serial") == str(line.pk)


def _add_serial(serial: str, sent: QueryDict, line: ReturnLine) -> str:
    name = f"line-{line.pk}-serials"
    known = split_serials(sent.get(name, ""))
    if serial in known:
        return f"{serial} is counted already."
    sent[name] = " ".join([*known, serial])
    sent["awaits_serial"] = ""
    return f"{line.order_line.title}: serial number {serial}."


def _find_variant(scan: str, lines: list[ReturnLine]) -> Variant | None:
    if not lines:
        return None
    variants = Variant.objects.for_partner(lines[0].partner_id).select_related("product")
    is_it = Q(sku__iexact=scan) | Q(barcode__in=list_spellings(scan))
    found: Variant | None = variants.filter(is_it).first()
    return found


def _add_found(sent: QueryDict, *, sku: str, serial: str = "") -> None:
    """One more of an unannounced SKU that was scanned before, else a row of its own."""
    count = _count_found(sent)
    for number in range(count):
        if sku and not serial and sent.get(f"{FOUND}-{number}-sku") == sku:
            name = f"{FOUND}-{number}-quantity"
            sent[name] = str(_number(sent, name) + 1)
            return
    sent[f"{FOUND}-{count}-sku"] = sku
    sent[f"{FOUND}-{count}-serial"] = serial
    sent[f"{FOUND}-{count}-quantity"] = "1"
    sent["found_count"] = str(count + 1)


def _count_found(sent: QueryDict | None) -> int:
    return min(_number(sent, "found_count"), FOUND_AT_MOST) if sent is not None else 0
