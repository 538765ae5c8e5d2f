"""Providers behind one port, as contract tests see them: what they are and how to trouble them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import stripe as library

from core import clock
from payments.gateways import gateway_of
from payments.gateways.port import Access, Gateway, Instruction, OpenedCheckout
from payments.gateways.stripe import client
from tests.payments.bank import Bank
from tests.payments.fake_stripe import KEY, FakeStripe

STRIPE_CARDS = {
    "good": "pm_card_visa",
    "declined": "pm_card_visa_chargeDeclined",
    "poor": "pm_card_visa_chargeDeclinedInsufficientFunds",
    "asks": "pm_card_authenticationRequired",
}


@dataclass
class Side:
    """`lose` loses the next answer, before or after it is acted on; `leave` shuts the door."""

    gateway: Gateway
    access: Access
    cards: dict[str, str]
    lose: Callable[[str], None]
    leave: Callable[[], None]
    pay: Callable[[OpenedCheckout, str], None] | None = None

    def instruct(self, kind: str, amount: str = "43.30", **more: Any) -> Instruction:
        said: dict[str, Any] = {
            "kind": kind,
            "key": str(uuid4()),
            "reference": f"mop_{uuid4().hex}",
            "amount": Decimal(amount),
            "currency": "EUR",
            "since": clock.now(),
        }
        if "payment" not in more:
            said["method"] = self.cards["good"]
        return Instruction(**said | more)

    def do(self, kind: str, amount: str = "43.30", **more: Any) -> Any:
        return self.gateway.carry_out(self.access, self.instruct(kind, amount, **more))


def make_sandbox(bank: Bank, settings: Any) -> Side:
    return Side(
        gateway=gateway_of("sandbox"),
        access=Access(account="pva_1"),
        cards={
            "good": "card_4242",
            "declined": "card_0002",
            "poor": "card_9995",
            "asks": "card_3220",
        },
        lose=lambda when: bank.behave(**{f"hang_up_{when}": 1}),
        leave=lambda: setattr(settings, "PAYMENT_SANDBOX_URL", "http://127.0.0.1:9"),
        pay=lambda opened, card: _pay_sandbox(bank, opened, card),
    )


def _pay_sandbox(bank: Bank, opened: OpenedCheckout, card: str) -> None:
    bank.pay(opened.url, {"good": "4242 4242 4242 4242", "declined": "4000 0000 0000 0002"}[card])


def make_stripe(fake: FakeStripe, patch: pytest.MonkeyPatch) -> Side:
    def leave() -> None:
        patch.setattr(client, "BASE_ADDRESSES", {"api": "http://127.0.0.1:9"})

    def pay(opened: OpenedCheckout, card: str) -> None:
        found = fake.books.rows["sessions"].values()
        mine = [one for one in found if one["payment_link"] == opened.reference]
        session = mine[0] if mine else fake.books.visit(opened.reference)
        fake.books.pay(session, STRIPE_CARDS[card])

    patch.setattr(client, "BASE_ADDRESSES", {"api": fake.url})
    return Side(
        gateway=gateway_of("stripe"),
        access=Access(account="pva_1", api_key=KEY),
        cards=STRIPE_CARDS,
        lose=lambda when: setattr(fake, "lose", when),
        leave=leave,
        pay=pay,
    )


class Lossy(library.RequestsClient):
    """The real thing over a line that loses one answer."""

    lose = ""

    def request(  # type: ignore[override]
        self, method: str, url: str, headers: Any, post_data: Any = None
    ) -> Any:
        lost = self.lose if method == "post" else ""
        self.lose = self.lose if not lost else ""
        answer = None if lost == "before" else super().request(method, url, headers, post_data)
        if lost:
            raise library.APIConnectionError("lost")
        return answer


def make_live(key: str, patch: pytest.MonkeyPatch) -> Side:
    """Stripe's own test mode. Nobody pays on its pages by machine."""
    line = Lossy(timeout=client.PATIENCE)
    patch.setattr(client, "_http", lambda: line)
    return Side(
        gateway=gateway_of("stripe"),
        access=Access(account="pva_1", api_key=key),
        cards=STRIPE_CARDS,
        lose=lambda when: setattr(line, "lose", when),
        leave=lambda: patch.setattr(client, "BASE_ADDRESSES", {"api": "http://127.0.0.1:9"}),
    )
