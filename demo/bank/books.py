"""The provider's books: what was taken, held, released and given back; never more than there is.

Every change is one transaction together with the notice that tells of it.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from demo.bank import cards
from demo.bank.behaviour import read_behaviour, use_up
from demo.bank.store import Store
from demo.memory import Row

DAY = 86_400.0


class Refused(Exception):
    """It says no, with a code; nothing was done."""

    def __init__(self, code: str, status: int = 402) -> None:
        super().__init__(code)
        self.code, self.status = code, status


@dataclass
class Books:
    store: Store

    # --- taking and holding ---

    def pay(
        self,
        account: str,
        said: dict[str, Any],
        now: float,
        *,
        card: cards.Card | None = None,
        checkout: str | None = None,
    ) -> Row:
        """Charge or hold a card; a decline is kept too, so that it can be looked up."""
        is_owner_there = card is not None
        card = card or cards.TOKENS.get(str(said.get("method")))
        amount, kind = read_amount(said), "capture" if said["capture"] else "authorise"
        code = cards.judge(card, is_owner_there=is_owner_there)
        behaviour = read_behaviour(self.store)
        if not code and amount >= Decimal(str(behaviour.decline_from)):
            code = "amount_too_large"
        status = "declined" if code else ("captured" if said["capture"] else "authorised")
        payment = new_id("pay")
        self.store.run(
            "INSERT INTO payment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '0', ?, ?, ?, ?)",
            *(payment, account, said["reference"], str(amount), said["currency"]),
            *(card.label if card else "", status, code),
            str(amount) if status == "captured" else "0",
            now + behaviour.hold_days * DAY if status == "authorised" else None,
            *(checkout, now),
            # A card that is held on a page is kept, for what its owner agrees to there.
            cards.token_of(card) if checkout and status == "authorised" else None,
        )
        done = self._note(kind, payment, said, amount, now, code=code)
        self.tell(account, f"payment.{status}", "payment", payment, said["reference"], now)
        return done

    def capture(self, payment_id: str, said: dict[str, Any], now: float) -> Row:
        """Take all or part of a hold; the rest is free again."""
        payment = self.payment(payment_id)
        amount = read_amount(said)
        if payment["status"] != "authorised" or payment["valid_until"] <= now:
            raise Refused("hold_not_valid")
        if amount > Decimal(payment["amount"]) or said["currency"] != payment["currency"]:
            raise Refused("amount_too_large")
        self.store.run(
            "UPDATE payment SET status = 'captured', captured = ?, valid_until = NULL WHERE id = ?",
            *(str(amount), payment_id),
        )
        done = self._note("capture", payment_id, said, amount, now)
        self.tell(
            payment["account"], "payment.captured", "payment", payment_id, said["reference"], now
        )
        return done

    def void(self, payment_id: str, said: dict[str, Any], now: float) -> Row:
        payment = self.payment(payment_id)
        if payment["status"] != "authorised":
            raise Refused("hold_not_valid")
        self.store.run("UPDATE payment SET status = 'voided' WHERE id = ?", payment_id)
        done = self._note("void", payment_id, said, Decimal(payment["amount"]), now)
        self.tell(
            payment["account"], "payment.voided", "payment", payment_id, said["reference"], now
        )
        return done

    # --- giving back ---

    def refund(self, said: dict[str, Any], now: float) -> Row:
        payment, amount = self.payment(str(said.get("payment"))), read_amount(said)
        left = Decimal(payment["captured"]) - Decimal(payment["refunded"])
        if payment["status"] != "captured" or amount > left:
            raise Refused("more_than_was_captured")
        if said["currency"] != payment["currency"]:
            raise Refused("other_currency")
        if self.store.row(
            "SELECT 1 FROM dispute WHERE payment = ? AND status = 'open'", payment["id"]
        ):
            raise Refused("payment_disputed")
        self._add_refunded(payment["id"], amount)
        done = self._note("refund", payment["id"], said, amount, now)
        self.tell(
            payment["account"], "refund.succeeded", "refund", done["id"], said["reference"], now
        )
        if use_up(self.store, "refunds_fail"):
            after = read_behaviour(self.store).refunds_fail_after
            self.store.run(
                "INSERT OR REPLACE INTO setting VALUES (?, ?)", f"fail:{done['id']}", now + after
            )
        return done

    def fail_refund(self, refund_id: str, now: float) -> None:
        """Days later the customer's bank sends the money back."""
        refund = self.operation(refund_id)
        if refund["kind"] != "refund" or refund["status"] != "succeeded":
            raise Refused("no_such_refund", 404)
        with self.store.transaction():
            self.store.run(
                "UPDATE operation SET status = 'declined', code = 'account_closed' WHERE id = ?",
                refund_id,
            )
            self._add_refunded(refund["payment"], -Decimal(refund["amount"]))
            self.store.run("DELETE FROM setting WHERE name = ?", f"fail:{refund_id}")
            self.tell(
                *(refund["account"], "refund.failed", "refund", refund_id),
                *(refund["reference"], now),
            )

    def dispute(self, payment_id: str, now: float, amount: str = "") -> str:
        payment = self.payment(payment_id)
        dispute = new_id("dsp")
        with self.store.transaction():
            self.store.run(
                "INSERT INTO dispute VALUES (?, ?, ?, ?, ?, 'not_as_described', 'open', ?)",
                *(dispute, payment["account"], payment_id, amount or payment["captured"]),
                *(payment["currency"], now),
            )
            self.tell(payment["account"], "dispute.opened", "dispute", dispute, "", now)
        return dispute

    def close_dispute(self, dispute_id: str, outcome: str, now: float) -> None:
        """`outcome` is won or lost, as the shop sees it."""
        dispute = self.store.row("SELECT * FROM dispute WHERE id = ?", dispute_id)
        if dispute is None or dispute["status"] != "open" or outcome not in {"won", "lost"}:
            raise Refused("no_such_dispute", 404)
        with self.store.transaction():
            self.store.run("UPDATE dispute SET status = ? WHERE id = ?", outcome, dispute_id)
            if outcome == "lost":
                self._add_refunded(dispute["payment"], Decimal(dispute["amount"]))
            self.tell(dispute["account"], f"dispute.{outcome}", "dispute", dispute_id, "", now)

    def work(self, now: float) -> None:
        """Refunds whose day has come fail; checkouts nobody paid end."""
        for row in self.store.rows(
            "SELECT name FROM setting WHERE name LIKE 'fail:%' AND value <= ?", now
        ):
            self.fail_refund(row["name"].removeprefix("fail:"), now)
        self.store.run(
            "UPDATE checkout SET status = 'expired' WHERE status = 'open' AND expires <= ?", now
        )

    # --- looking up ---

    def payment(self, payment_id: str) -> Row:
        row = self.store.row("SELECT * FROM payment WHERE id = ?", payment_id)
        if row is None:
            raise Refused("no_such_payment", 404)
        return row

    def operation(self, operation_id: str) -> Row:
        row = self.store.row(f"{OPERATIONS} WHERE o.id = ?", operation_id)
        if row is None:
            raise Refused("no_such_operation", 404)
        return row

    # --- how ---

    def tell(
        self, account: str, kind: str, about: str, of: str, reference: str, now: float
    ) -> None:
        """Queue a notice, in the caller's transaction."""
        behaviour = read_behaviour(self.store)
        if behaviour.silent:
            return
        body = {"kind": kind, "about": about, "object": of, "reference": reference, "at": now}
        notice = new_id("ntc")
        self.store.run(
            "INSERT INTO notice (id, account, body, due) VALUES (?, ?, ?, ?)",
            *(notice, account, json.dumps({"id": notice, **body}), now + behaviour.late),
        )

    def _add_refunded(self, payment_id: str, amount: Decimal) -> None:
        payment = self.payment(payment_id)
        total = Decimal(payment["refunded"]) + amount
        self.store.run("UPDATE payment SET refunded = ? WHERE id = ?", str(total), payment_id)

    def _note(
        self,
        kind: str,
        payment: str,
        said: dict[str, Any],
        amount: Decimal,
        now: float,
        code: str = "",
    ) -> Row:
        operation = new_id("rfd" if kind == "refund" else "opn")
        owner = self.payment(payment)
        self.store.run(
            "INSERT INTO operation (id, account, kind, payment, reference, amount, currency,"
            " status, code, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(operation, owner["account"], kind, payment, said["reference"], str(amount)),
            *(owner["currency"], "declined" if code else "succeeded", code, now),
        )
        return self.operation(operation)


OPERATIONS = (
    "SELECT o.*, p.label, p.valid_until FROM operation o JOIN payment p ON p.id = o.payment"
)


def read_amount(said: dict[str, Any]) -> Decimal:
    try:
        amount = Decimal(str(said["amount"]))
    except (InvalidOperation, KeyError):
        raise Refused("no_amount", 400) from None
    if not amount.is_finite() or amount <= 0 or not said.get("currency"):
        raise Refused("no_amount", 400)
    return amount


def new_id(prefix: str) -> str:
    return f"{prefix}_{uuid.uuid4().hex[:24]}"
