"""Events of credit memos and approvals in words."""

from __future__ import annotations

from decimal import Decimal

from console.case.tellings.saying import Data, Telling, plain, told_with
from console.reader import Reader


def _kept_back(data: Data, reader: Reader) -> tuple[str, str]:
    amount = Decimal(data["amount"])
    if not amount:
        return "Nothing of the credit is kept any more", data["number"]
    return f"{reader.money(amount, data['currency'])} kept for the replacement", data["number"]


OF_MONEY: dict[str, Telling] = {
    "memo.drafted": Telling("money", "plain", plain("Credit memo drafted")),
    "memo.redrafted": Telling("money", "plain", plain("Draft of the credit memo rewritten")),
    "memo.issued": Telling("money", "good", told_with("Credit memo issued", "number")),
    "memo.applied": Telling("money", "good", told_with("Credit put into the new order", "number")),
    "memo.kept_back": Telling("money", "plain", _kept_back),
    "memo.settled": Telling("money", "good", told_with("Credit memo settled", "number")),
    "memo.discarded": Telling("money", "plain", plain("Draft of the credit memo thrown away")),
    "approval.asked": Telling("case", "warn", plain("Approval asked of the leads")),
    "approval.approved": Telling("case", "good", plain("Approved")),
    "approval.rejected": Telling("case", "bad", plain("Approval denied")),
    "approval.void": Telling("case", "bad", plain("Approval void: what was approved changed")),
    "approval.expired": Telling("case", "bad", plain("Nobody decided about the approval in time")),
}
