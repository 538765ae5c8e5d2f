"""What the fake keeps, and what it refuses, after https://docs.stripe.com/api."""

from __future__ import annotations

import copy
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

Said = dict[str, Any]
GENERIC = ("card_declined", "generic_decline")
# By the names that Stripe's own test mode gives to cards; the last two are ours.
CARDS: dict[str, tuple[str, str] | None] = {
    "pm_card_visa": None,
    "pm_card_visa_chargeDeclined": GENERIC,
    "pm_card_visa_chargeDeclinedInsufficientFunds": ("card_declined", "insufficient_funds"),
    "pm_card_authenticationRequired": ("authentication_required", "authentication_required"),
    "pm_of_a_customer": None,
    "pm_that_waits": None,
}
OWNERS = {"pm_of_a_customer": "cus_kept"}


class Refused(Exception):
    def __init__(
        self, status: int, code: str, kind: str = "invalid_request_error", **more: Any
    ) -> None:
        self.status, self.code, self.type, self.more = status, code, kind, more


@dataclass
class Books:
    rows: dict[str, dict[str, Said]] = field(default_factory=lambda: defaultdict(dict))

    def act(self, method: str, path: list[str], said: Said) -> Said:
        return self._look(path, said) if method == "GET" else self._do(path, said)

    def _look(self, path: list[str], said: Said) -> Said:
        match path:
            case ["payment_methods", name]:
                return self._method(name)
            case ["checkout", what] | [what]:
                return self._list(what, said)
            case [what, name]:
                return self._shown(self.get(what, name))
        raise Refused(404, "no_such_address")

    def _do(self, path: list[str], said: Said) -> Said:
        match path:
            case ["payment_intents"]:
                return self._shown(self.charge(said))
            case ["payment_intents", name, "capture"]:
                return self._shown(self._capture(self.get("payment_intents", name), said))
            case ["payment_intents", name, "cancel"]:
                return self._cancel(self.get("payment_intents", name), said)
            case ["refunds"]:
                return self._refund(said)
            case ["payment_links"]:
                return self._link(said)
            case ["payment_links", name]:
                return self._switch(self.get("payment_links", name), said)
            case ["checkout", "sessions", name, "expire"]:
                return self._expire(self.get("sessions", name))
        raise Refused(404, "no_such_address")

    def get(self, what: str, name: str) -> Said:
        if name not in self.rows[what]:
            raise Refused(404, "resource_missing")
        return self.rows[what][name]

    def add(self, what: str, prefix: str, **fields: Any) -> Said:
        number = sum(len(rows) for rows in self.rows.values()) + 1
        row = {"id": f"{prefix}_{number}", "created": int(time.time()), **fields}
        self.rows[what][row["id"]] = row
        return row

    def _list(self, what: str, said: Said) -> Said:
        window = said.get("created", {})
        found = [
            self._shown(row)
            for row in reversed(self.rows[what].values())
            if all(
                row.get(name) == said[name]
                for name in ("customer", "payment_intent", "payment_link", "charge", "type")
                if name in said and not (name == "payment_intent" and what == "sessions")
            )
            and int(window.get("gte", 0)) <= row["created"] < int(window.get("lt", 2**40))
        ]
        # Pages of two, so that whoever reads one page alone is found out.
        start = 0
        if "starting_after" in said:
            start = [row["id"] for row in found].index(said["starting_after"]) + 1
        page = found[start : start + 2]
        more = len(found) > start + 2
        return {"object": "list", "url": f"/v1/{what}", "has_more": more, "data": page}

    def _shown(self, row: Said) -> Said:
        """With what callers ask to be expanded."""
        shown = copy.deepcopy(row)
        if isinstance(shown.get("latest_charge"), str):
            shown["latest_charge"] = self.rows["charges"].get(shown["latest_charge"])
        if shown.get("object") == "checkout.session" and shown["payment_intent"]:
            shown["payment_intent"] = self.rows["payment_intents"][shown["payment_intent"]]
        if shown.get("object") == "balance_transaction":
            shown["source"] = {**self.rows["charges"], **self.rows["refunds"]}[shown["source"]]
        return shown

    def _method(self, name: str) -> Said:
        if name not in CARDS:
            raise Refused(404, "resource_missing")
        return {"id": name, "object": "payment_method", "customer": OWNERS.get(name)}

    # --- payments ---

    def charge(self, said: Said, intent: Said | None = None) -> Said:
        card = said["payment_method"]
        if card not in CARDS:
            raise Refused(400, "resource_missing")
        if OWNERS.get(card) != said.get("customer"):
            raise Refused(400, "payment_method_belongs_to_a_customer")
        intent = intent or self.add(
            "payment_intents",
            "pi",
            object="payment_intent",
            amount=int(said["amount"]),
            currency=said["currency"],
            metadata=dict(said.get("metadata", {})),
            customer=said.get("customer"),
            amount_received=0,
            last_payment_error=None,
        )
        return self._confirm(intent, card, is_manual=said.get("capture_method") == "manual")

    def _confirm(self, intent: Said, card: str, *, is_manual: bool) -> Said:
        if card == "pm_that_waits":
            intent["status"] = "requires_action"
            return intent
        refusal = CARDS[card]
        charge = self._write_charge(intent, refusal)
        intent["latest_charge"] = charge["id"]
        if refusal:
            code, reason = refusal
            error = {"code": code, "decline_code": reason, "type": "card_error"}
            intent |= {"status": "requires_payment_method", "last_payment_error": error}
            raise Refused(402, code, "card_error", decline_code=reason, payment_intent=intent)
        if is_manual:
            until = int(time.time()) + 7 * 86400
            charge["payment_method_details"]["card"]["capture_before"] = until
            intent["status"] = "requires_capture"
            return intent
        return self._take(intent, intent["amount"])

    def _write_charge(self, intent: Said, refusal: tuple[str, str] | None) -> Said:
        code, reason = refusal or (None, None)
        return self.add(
            "charges",
            "ch",
            object="charge",
            amount=intent["amount"],
            amount_captured=0,
            amount_refunded=0,
            currency=intent["currency"],
            metadata=dict(intent["metadata"]),
            payment_intent=intent["id"],
            status="failed" if refusal else "succeeded",
            failure_code=code,
            outcome={"reason": reason},
            payment_method_details={"type": "card", "card": {"brand": "visa", "last4": "4242"}},
        )

    def _take(self, intent: Said, units: int) -> Said:
        charge = self.rows["charges"][intent["latest_charge"]]
        charge["amount_captured"] = units
        intent |= {"status": "succeeded", "amount_received": units}
        self._book("charge", charge["id"], units)
        return intent

    def _book(self, kind: str, source: str, units: int) -> None:
        """In the shop's own currency: nobody may read the amount from here."""
        self.add(
            "balance_transactions",
            "txn",
            object="balance_transaction",
            type=kind,
            source=source,
            amount=units * 3,
            currency="sek",
        )

    def _capture(self, intent: Said, said: Said) -> Said:
        units = int(said["amount_to_capture"])
        if intent["status"] != "requires_capture":
            raise Refused(400, "payment_intent_unexpected_state", payment_intent=intent)
        if units > intent["amount"]:
            raise Refused(400, "amount_too_large")
        intent["metadata"] |= said.get("metadata", {})
        return self._take(intent, units)

    def _cancel(self, intent: Said, said: Said) -> Said:
        if intent["status"] in ("succeeded", "canceled", "processing"):
            raise Refused(400, "payment_intent_unexpected_state", payment_intent=intent)
        reason = said.get("cancellation_reason")
        intent |= {"status": "canceled", "cancellation_reason": reason}
        return intent

    def _refund(self, said: Said) -> Said:
        intent = self.get("payment_intents", said["payment_intent"])
        charge = self.rows["charges"][intent["latest_charge"]]
        units = int(said["amount"])
        if units > charge["amount_captured"] - charge["amount_refunded"]:
            raise Refused(400, "")
        charge["amount_refunded"] += units
        refund = self.add(
            "refunds",
            "re",
            object="refund",
            amount=units,
            currency=charge["currency"],
            metadata=dict(said.get("metadata", {})),
            payment_intent=intent["id"],
            charge=charge["id"],
            status="succeeded",
            failure_reason=None,
        )
        self._book("refund", refund["id"], -units)
        return refund

    # --- pages ---

    def _link(self, said: Said) -> Said:
        price = said["line_items"]["0"]["price_data"]
        return self.add(
            "payment_links",
            "plink",
            object="payment_link",
            active=True,
            url="https://pay.example/test",
            amount=price["unit_amount"],
            currency=price["currency"],
            metadata=dict(said["payment_intent_data"]["metadata"]),
            kept=_keeps(said),
            capture_method=said["payment_intent_data"].get("capture_method", "automatic"),
        )

    def _switch(self, link: Said, said: Said) -> Said:
        link["active"] = said["active"] == "true"
        return link

    def _expire(self, session: Said) -> Said:
        if session["status"] != "open":
            raise Refused(400, "")
        session["status"] = "expired"
        return session

    def visit(self, link_id: str) -> Said:
        assert self.rows["payment_links"][link_id]["active"]
        return self.add(
            "sessions",
            "cs",
            object="checkout.session",
            status="open",
            payment_link=link_id,
            payment_intent=None,
        )

    def pay(self, session: Said, card: str) -> None:
        """A customer tries a card on a page."""
        assert session["status"] == "open"
        link = self.rows["payment_links"][session["payment_link"]]
        known = self.rows["payment_intents"].get(session["payment_intent"] or "")
        said = {"amount": link["amount"], "currency": link["currency"]}
        said |= {"metadata": link["metadata"], "payment_method": card}
        said["capture_method"] = link["capture_method"]
        try:
            intent = self.charge(said, known)
            session["status"], link["active"] = "complete", False
        except Refused as refusal:
            intent = refusal.more["payment_intent"]
        intent["payment_method"] = card if link["kept"] else None
        session["payment_intent"] = intent["id"]


def _keeps(said: Said) -> bool:
    """A card that is to be charged later is kept for a customer, who has to be made."""
    later = said["payment_intent_data"].get("setup_future_usage") == "off_session"
    return later and said.get("customer_creation") == "always"
