"""What happens on the warehouse's floor: messages are acted on in their order, once each.

A message that came too soon is parked until the one it follows has come. One that was sent again
by hand, behind others, counts unless something later about the same hold or parcel did already.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from dataclasses import dataclass
from typing import Any

from demo.warehouse.behaviour import read_behaviour
from demo.warehouse.outbox import Outbox
from demo.warehouse.store import Store

# What was released longer ago than this is left to people: it may be part of somebody's story.
BACKLOG = 600.0  # seconds


class Impossible(Exception):
    """What was asked for by hand cannot be done now."""


@dataclass
class Floor:
    store: Store
    outbox: Outbox

    # --- what the desk says ---

    def take(self, message: dict[str, Any], now: float) -> None:
        """Keep a message and act on whatever is next; one that is known already changes nothing."""
        with self.store.transaction():
            self.store.run(
                "INSERT OR IGNORE INTO link (warehouse, location) VALUES (?, ?)",
                *(message["warehouse"], message["location"]),
            )
            known = self.store.run("UPDATE message SET came = came + 1 WHERE id = ?", message["id"])
            if known:
                if read_behaviour(self.store).forgetful:
                    self._act(message, now)
                return
            self.store.run(
                "INSERT INTO message (id, warehouse, sequence, after, kind, subject, body)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                *(message["id"], message["warehouse"], message["sequence"], message["after"]),
                *(message["kind"], _subject_of(message), json.dumps(message)),
            )
            self._act_on_what_is_next(message["warehouse"], now)

    def _act_on_what_is_next(self, warehouse: str, now: float) -> None:
        while row := self.store.row(
            "SELECT m.* FROM message m JOIN link l ON l.warehouse = m.warehouse"
            " WHERE m.warehouse = ? AND m.state = 'parked' AND (m.after <= l.acted OR ?)"
            " ORDER BY m.sequence LIMIT 1",
            warehouse,
            read_behaviour(self.store).forgetful,
        ):
            is_stale = self.store.row(
                "SELECT 1 FROM message WHERE subject = ? AND sequence > ? AND state = 'acted'",
                *(row["subject"], row["sequence"]),
            )
            state = "stale" if is_stale else "acted"
            self.store.run("UPDATE message SET state = ? WHERE id = ?", state, row["id"])
            self.store.run(
                "UPDATE link SET acted = max(acted, ?) WHERE warehouse = ?",
                *(row["sequence"], warehouse),
            )
            if not is_stale:
                self._act(json.loads(row["body"]), now)
            self.outbox.report(warehouse, "acknowledged", message=row["id"])

    def _act(self, message: dict[str, Any], now: float) -> None:
        warehouse, data = message["warehouse"], message["data"]
        self._note(warehouse, message["kind"], _subject_of(message))
        match message["kind"]:
            case "hold" | "extend":
                self._hold(warehouse, data)
            case "release":
                self.store.run(
                    "UPDATE hold SET state = ? WHERE number = ?", data["cause"], data["hold"]
                )
            case "ship":
                self._plan(warehouse, data, now)
            case "cancel":
                self.store.run(
                    "UPDATE shipment SET state = 'cancelled', due = NULL WHERE id = ?"
                    " AND state IN ('waiting', 'short_picked')",
                    data["shipment"],
                )
            case "expect":
                self.store.run(
                    "INSERT OR IGNORE INTO parcel VALUES (?, ?, ?, ?, 'expected')",
                    *(data["parcel"], warehouse, data["rma"], json.dumps(data["lines"])),
                )

    def _hold(self, warehouse: str, data: dict[str, Any]) -> None:
        self.store.run(
            "INSERT OR REPLACE INTO hold VALUES (?, ?, ?, ?, ?, ?, ?, 'held')",
            *(data["hold"], warehouse, data["sku"], data["lot"], data["bin"]),
            *(data["quantity"], data["expires_at"]),
        )

    def _plan(self, warehouse: str, data: dict[str, Any], now: float) -> None:
        released = dt.datetime.fromisoformat(data["released_at"]).timestamp()
        behaviour = read_behaviour(self.store)
        is_ours = behaviour.works and now - released < BACKLOG
        self.store.run(
            "INSERT OR REPLACE INTO shipment (id, warehouse, carrier, lines, state, due)"
            " VALUES (?, ?, ?, ?, 'waiting', ?)",
            *(data["shipment"], warehouse, data["carrier"], json.dumps(data["lines"])),
            now + behaviour.pick_after if is_ours else None,
        )

    # --- what it does by itself ---

    def work(self, now: float) -> int:
        """Do what is due; how many things that was."""
        due = self.store.rows("SELECT id, state FROM shipment WHERE due <= ? ORDER BY due, id", now)
        for row in due:
            self._go_on(row["id"], row["state"], now)
        return len(due)

    def _go_on(self, shipment: str, state: str, now: float) -> None:
        behaviour = read_behaviour(self.store)
        chance = random.Random(f"{behaviour.seed}:{shipment}").random()
        match state:
            case "waiting" if chance < behaviour.short_pick:
                self.pick_short(shipment)
            case "waiting":
                self.pick(shipment, now)
            case "picked":
                self.ship(shipment, now)
            case "shipped":
                self.deliver(shipment)

    # --- what it is told by hand ---

    def pick(self, shipment: str, now: float) -> None:
        due = now + read_behaviour(self.store).ship_after
        self._step(shipment, ("waiting",), "picked", due=due)

    def pick_short(self, shipment: str) -> None:
        """The first line lacks one unit."""
        row = self.store.row("SELECT lines FROM shipment WHERE id = ?", shipment)
        short = json.loads(row["lines"])[:1] if row else []
        lines = [{"hold": one["hold"], "quantity": one["quantity"] - 1} for one in short]
        self._step(shipment, ("waiting", "picked"), "short_picked", lines=lines)

    def ship(self, shipment: str, now: float) -> None:
        row = self.store.row("SELECT carrier FROM shipment WHERE id = ?", shipment)
        after = read_behaviour(self.store).deliver_after
        self._step(
            shipment,
            ("waiting", "picked"),
            "shipped",
            due=now + after if after else None,
            carrier=(row and row["carrier"]) or "DHL",
            tracking_number=f"SIM{shipment[-10:].upper()}",
        )

    def deliver(self, shipment: str) -> None:
        self._step(shipment, ("shipped", "lost"), "delivered")

    def lose(self, shipment: str) -> None:
        self._step(shipment, ("shipped",), "lost")

    def bring_back(self, shipment: str) -> None:
        self._step(shipment, ("shipped", "lost"), "returned_to_sender")

    def receive_parcel(self, parcel: str) -> None:
        with self.store.transaction():
            changed = self.store.run(
                "UPDATE parcel SET state = 'here' WHERE id = ? AND state = 'expected'", parcel
            )
            row = self.store.row("SELECT * FROM parcel WHERE id = ?", parcel)
            if not changed or row is None:
                raise Impossible(f"No parcel {parcel} is expected.")
            self._note(row["warehouse"], "received", parcel)
            self.outbox.report(row["warehouse"], "received", parcel=parcel)

    def receive_goods(self, location: str, sku: str, quantity: int) -> None:
        warehouse = self._at(location)
        with self.store.transaction():
            self._note(warehouse, "received", sku)
            lines = [{"sku": sku, "quantity": quantity}]
            self.outbox.report(warehouse, "received", lines=lines)

    def count(self, location: str, sku: str, quantity: int) -> None:
        warehouse = self._at(location)
        with self.store.transaction():
            self._note(warehouse, "counted", sku)
            self.outbox.report(warehouse, "counted", sku=sku, quantity=quantity)

    # --- how ---

    def _step(
        self,
        shipment: str,
        states: tuple[str, ...],
        state: str,
        *,
        due: float | None = None,
        **told: Any,
    ) -> None:
        """A parcel comes to another state, and the desk is told of it, or neither."""
        with self.store.transaction():
            row = self.store.row("SELECT * FROM shipment WHERE id = ?", shipment)
            if row is None or row["state"] not in states:
                raise Impossible(f"{shipment} is {row['state'] if row else 'not known here'}.")
            self.store.run(
                "UPDATE shipment SET state = ?, due = ? WHERE id = ?", state, due, shipment
            )
            self._note(row["warehouse"], state, shipment)
            self.outbox.report(row["warehouse"], state, shipment=shipment, **told)

    def _note(self, warehouse: str, kind: str, subject: str) -> None:
        self.store.run(
            "INSERT INTO act (warehouse, kind, subject) VALUES (?, ?, ?)",
            *(warehouse, kind, subject),
        )

    def _at(self, location: str) -> str:
        row = self.store.row("SELECT warehouse FROM link WHERE location = ?", location)
        if row is None:
            raise Impossible(f"Nothing has been heard of {location} yet.")
        return str(row["warehouse"])


def _subject_of(message: dict[str, Any]) -> str:
    data = message["data"]
    return str(data.get("hold") or data.get("shipment") or data.get("parcel") or "")
