"""What the desk may ask for, each request once per key, and the notices that go back to it."""

from __future__ import annotations

import hashlib
import json
import random
import time
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from demo.bank.behaviour import read_behaviour
from demo.bank.books import OPERATIONS, Books, Refused, new_id, read_amount
from demo.bank.store import Store
from demo.memory import Row
from demo.notices import post

PAGE = 200
LONGEST_WAIT = 30.0  # seconds
Answer = tuple[int, dict[str, Any]]


@dataclass
class Door:
    """`desk` is where notices go; `address` where its own pages are found."""

    store: Store
    books: Books
    desk: str
    address: str
    secret: str

    def post(self, account: str, path: str, said: dict[str, Any], key: str, now: float) -> Answer:
        """Do it, unless this key has done something before: then the same answer comes again."""
        fingerprint = hashlib.sha256(json.dumps([path, said], sort_keys=True).encode()).hexdigest()
        with self.store.transaction():
            self.store.run("INSERT INTO call (key, path) VALUES (?, ?)", key, path)
            used = self.store.row(
                "SELECT * FROM used_key WHERE account = ? AND key = ?", account, key
            )
            if used and not read_behaviour(self.store).forgetful:
                if used["fingerprint"] != fingerprint:
                    return 422, {"code": "key_reused"}
                return used["status"], json.loads(used["body"])
            status, answer = self._act(account, path, said, now)
            self.store.run(
                "INSERT OR REPLACE INTO used_key VALUES (?, ?, ?, ?, ?, ?)",
                *(account, key, fingerprint, status, json.dumps(answer), now),
            )
            return status, answer

    def _act(self, account: str, path: str, said: dict[str, Any], now: float) -> Answer:
        try:
            match path.strip("/").split("/")[1:]:
                case ["payments"]:
                    done = self.books.pay(account, said, now)
                case ["payments", payment, "capture"]:
                    done = self.books.capture(payment, said, now)
                case ["payments", payment, "void"]:
                    amount = said.get("amount", "1")
                    done = self.books.void(payment, said | {"amount": amount}, now)
                case ["refunds"]:
                    done = self.books.refund(said, now)
                case ["checkouts"]:
                    return 200, self._open_checkout(account, said, now)
                case ["checkouts", checkout, "expire"]:
                    return 200, self._close_checkout(checkout)
                case _:
                    raise Refused("no_such_address", 404)
        except Refused as refusal:
            return refusal.status, {"code": refusal.code}
        except KeyError as missing:
            return 400, {"code": f"lacks_{missing.args[0]}"}
        return (402 if done["status"] == "declined" else 200), done

    def _open_checkout(self, account: str, said: dict[str, Any], now: float) -> dict[str, Any]:
        checkout, amount = new_id("chk"), read_amount(said)
        self.store.run(
            "INSERT INTO checkout VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?)",
            *(checkout, account, said["reference"], str(amount), said["currency"]),
            *(said["title"], said["return_url"], said["locale"], float(said["expires_at"]), now),
            int(not said.get("capture", True)),
        )
        return {"id": checkout, "url": f"{self.address}/pay/{checkout}"}

    def _close_checkout(self, checkout: str) -> dict[str, Any]:
        self.store.run(
            "UPDATE checkout SET status = 'expired' WHERE id = ? AND status = 'open'", checkout
        )
        return {"id": checkout}

    # --- looking up ---

    def get(self, path: str, query: dict[str, str]) -> Answer:
        try:
            match path.strip("/").split("/")[1:]:
                case ["operations"] if "reference" in query:
                    found = self.store.rows(
                        f"{OPERATIONS} WHERE o.reference = ? AND o.kind = ? ORDER BY o.number",
                        *(query["reference"], query["kind"]),
                    )
                    return 200, {"operations": found}
                case ["operations"]:
                    return 200, self._list(query)
                case ["operations", operation]:
                    return 200, self.books.operation(operation)
                case ["payments", payment]:
                    return 200, self._standing(payment)
                case ["checkouts", checkout]:
                    return 200, self._checkout(checkout)
                case ["disputes", dispute]:
                    row = self.store.row("SELECT * FROM dispute WHERE id = ?", dispute)
                    if row:  # banks take evidence for a week
                        row = {**row, "respond_by": row["created"] + 7 * 86_400}
                    return (200, row) if row else (404, {"code": "no_such_dispute"})
        except Refused as refusal:
            return refusal.status, {"code": refusal.code}
        return 404, {"code": "no_such_address"}

    def _list(self, query: dict[str, str]) -> dict[str, Any]:
        found = self.store.rows(
            f"{OPERATIONS} WHERE o.created >= ? AND o.created < ? AND o.number > ?"
            " AND o.status = 'succeeded' ORDER BY o.number LIMIT ?",
            *(float(query["from"]), float(query["to"]), int(query["after"]), PAGE + 1),
        )
        return {"operations": found[:PAGE], "more": len(found) > PAGE}

    def _standing(self, payment_id: str) -> dict[str, Any]:
        payment = self.books.payment(payment_id)
        status = "declined" if payment["status"] == "declined" else "succeeded"
        return payment | {"payment": payment_id, "status": status, "kind": "payment"}

    def _checkout(self, checkout_id: str) -> dict[str, Any]:
        row = self.store.row("SELECT * FROM checkout WHERE id = ?", checkout_id)
        if row is None:
            raise Refused("no_such_checkout", 404)
        tries = self.store.rows(
            "SELECT * FROM payment WHERE checkout = ? ORDER BY created, id", checkout_id
        )
        attempts = [
            one | {"status": "declined" if one["status"] == "declined" else "succeeded"}
            for one in tries
        ]
        return row | {"attempts": attempts}

    # --- telling ---

    def send(self, now: float) -> int:
        """Send the notices that are due; how many the desk took."""
        if not self.desk:
            return 0
        behaviour = read_behaviour(self.store)
        due = self.store.rows(
            "SELECT * FROM notice WHERE state = 'queued' AND due <= ? ORDER BY due, id", now
        )
        times = 3 if behaviour.repeat else 1
        wanted = [notice for notice in due for _ in range(times)]
        if behaviour.reorder:
            random.Random(behaviour.seed).shuffle(wanted)
        return sum(self._send(notice, now) for notice in wanted)

    def _send(self, notice: Row, now: float) -> bool:
        url = f"{self.desk}/webhooks/payments/sandbox/{notice['account']}/"
        status = post(url, notice["id"], notice["body"].encode(), self.secret)
        is_taken = 200 <= status < 300
        wait = min(LONGEST_WAIT, 2.0 ** notice["tries"])
        self.store.run(
            "UPDATE notice SET state = ?, answer = ?, tries = tries + 1, due = ? WHERE id = ?",
            *("sent" if is_taken else "queued", status, now + wait, notice["id"]),
        )
        return is_taken

    # --- the customer's page ---

    def pay_page(self, checkout_id: str, card: Any, now: float) -> Row:
        """A customer pays what an open page asks for."""
        with self.store.transaction():
            row = self.store.row("SELECT * FROM checkout WHERE id = ?", checkout_id)
            if row is None:
                raise Refused("no_such_checkout", 404)
            if row["status"] != "open" or row["expires"] <= now:
                raise Refused("checkout_is_over", 409)
            said = {
                "reference": row["reference"],
                "amount": Decimal(row["amount"]),
                "currency": row["currency"],
                "capture": not row["holds"],
            }
            done = self.books.pay(row["account"], said, now, card=card, checkout=checkout_id)
            if done["status"] == "succeeded":
                self.store.run("UPDATE checkout SET status = 'paid' WHERE id = ?", checkout_id)
            about = (checkout_id, row["reference"], now)
            self.books.tell(row["account"], f"checkout.{done['status']}", "checkout", *about)
            return done


def wait(seconds: float) -> None:
    if seconds > 0:
        time.sleep(seconds)
