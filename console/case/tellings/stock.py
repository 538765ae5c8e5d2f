"""Events of holds and parcels in words."""

from __future__ import annotations

import datetime as dt

from console.case.tellings.saying import Data, Telling, Words, plain
from console.reader import Reader
from inventory.states import ReleaseCause


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


def _tracked(data: Data, reader: Reader) -> tuple[str, str]:
    """Under which number the customer's parcel travels, which a channel said later."""
    by = f" with {data['carrier']}" if data.get("carrier") else ""
    return f"Parcel travels{by}", data["tracking_number"]


OF_STOCK: dict[str, Telling] = {
    "parcel.announced": Telling("stock", "info", plain("Parcel announced")),
    "parcel.tracked": Telling("stock", "info", _tracked),
    "parcel.lost": Telling("stock", "bad", plain("Parcel lost")),
    "reservation.made": Telling("stock", "hold", _held("Held {goods} at {place}")),
    "reservation.extended": Telling("stock", "hold", _prolonged),
    "reservation.committed": Telling("stock", "hold", _held("Hold handed to {place}: {goods}")),
    "reservation.consumed": Telling("stock", "good", _held("Hold used: {goods} left {place}")),
    "reservation.released": Telling("stock", "plain", _held("Hold released: {cause}")),
    "reservation.expired": Telling("stock", "bad", _held("Hold expired: {goods} at {place}")),
    "shipment.picked": Telling("stock", "info", plain("Replacement picked")),
    "shipment.cancelled": Telling("stock", "plain", plain("Planned parcel withdrawn")),
}
