"""Events of a return, its goods and their repair in words."""

from __future__ import annotations

from decimal import Decimal

from console.case.tellings.saying import Data, Telling, Words, because, plain, told_with
from console.reader import Reader
from returns.states import (
    DispositionKind,
    MismatchKind,
    MoneyRule,
    Outcome,
    PromotionChoice,
    WarrantyVerdict,
)


def _risky(data: Data, reader: Reader) -> tuple[str, str]:
    return "Held because of its risk", f"{data['score']} of 100, policy's limit is {data['limit']}"


def _decided(data: Data, reader: Reader) -> tuple[str, str]:
    verdicts = {"authorise": "authorise", "review": "a person decides", "reject": "reject"}
    return f"The rules say: {verdicts.get(data['verdict'], data['verdict'])}", data["sentence"]


def _photos(data: Data, reader: Reader) -> tuple[str, str]:
    count = len(data["photos"])
    return ("Photo added" if count == 1 else f"{count} photos added"), ""


def _defect(data: Data, reader: Reader) -> tuple[str, str]:
    """What the desk made of it; the words of the customer stand with the goods."""
    verdict = str(WarrantyVerdict(data["warranty"]).label).lower()
    return f"Defect reported: warranty gives {verdict}", _known(data)


def _lot(data: Data, reader: Reader) -> tuple[str, str]:
    return f"The goods are of lot {data['lot']}", _known(data)


def _known(data: Data) -> str:
    cases = data.get("pattern_cases") or 0
    counted = f", {cases} case{'' if cases == 1 else 's'} before" if cases else ""
    return f"known defect{counted}" if data["pattern"] else ""


def _differs(words: str) -> Words:
    def tell_difference(data: Data, reader: Reader) -> tuple[str, str]:
        kind = str(MismatchKind(data["kind"]).label).lower()
        rule = str(MoneyRule(data["rule"]).label).lower() if data.get("rule") else ""
        said = words.format(kind=kind, rule=rule)
        return said[0].upper() + said[1:], data["mismatch"]

    return tell_difference


def _moved_on(data: Data, reader: Reader) -> tuple[str, str]:
    source, target = DispositionKind(data["from"]).label, DispositionKind(data["to"]).label
    return f"{data['units']} × {str(source).lower()} → {str(target).lower()}", ""


def _conceded(what: str) -> Words:
    def words(data: Data, reader: Reader) -> tuple[str, str]:
        kinds = {"kept": "goods kept by the customer", "goodwill": "goodwill"}
        amount = reader.money(Decimal(data["amount"]), data["currency"])
        return f"{what}: {amount} for {kinds[data['rule']]}", ""

    return words


def _given_up(data: Data, reader: Reader) -> tuple[str, str]:
    rules = {
        "nothing": "nothing is credited",
        "goodwill": "credited as goodwill",
        "kept": "credited as kept",
    }
    why = {"expired": "in time", "mismatch": "and was given up at the mismatch desk"}
    if data.get("cause") == "carrier":
        return "The rest was lost on the way", "credited, and claimed from the carrier"
    cause = why.get(data.get("cause", ""), "")
    return f"The rest never came {cause}".strip(), rules.get(data["rule"], "")


def _changed(data: Data, reader: Reader) -> tuple[str, str]:
    before, after = (str(Outcome(data[name]).label).lower() for name in ("before", "after"))
    return f"Outcome changed from {before} to {after}", ""


def _exception(data: Data, reader: Reader) -> tuple[str, str]:
    wanted = str(Outcome(data["outcome"]).label).lower()
    sentences = dict.fromkeys(str(line["sentence"]) for line in data["lines"])
    return f"An exception is asked for: {wanted}", " ".join(sentences)


def _promotion(data: Data, reader: Reader) -> tuple[str, str]:
    return f"Broken promotion: {str(PromotionChoice(data['choice']).label).lower()}", ""


def _short(data: Data, reader: Reader) -> tuple[str, str]:
    missing = reader.money(Decimal(data["shortfall"]), data["currency"])
    there = reader.money(Decimal(data["refundable"]), data["currency"])
    return f"The payments cannot bear the refund: {missing} short", f"{there} could go back"


def _estimated(data: Data, reader: Reader) -> tuple[str, str]:
    amount = reader.money(Decimal(data["amount"]), data["currency"])
    paid = "the customer pays" if data["is_charged"] else "free under warranty"
    return f"Repair estimated at {amount}, {paid}", data["number"]


def _charge_due(data: Data, reader: Reader) -> tuple[str, str]:
    amount = reader.money(Decimal(data["amount"]), data["currency"])
    return f"The customer owes {amount} for the repair", data["number"]


OF_RETURNS: dict[str, Telling] = {
    "return.opened": Telling("case", "plain", plain("Case opened")),
    "return.authorised": Telling("case", "good", because("Return authorised")),
    "return.evidence_wanted": Telling("case", "warn", because("Waits for evidence")),
    "return.review_wanted": Telling("case", "warn", because("Sent to a lead for review")),
    "return.rejected": Telling("case", "bad", because("Return rejected")),
    "return.lines_dropped": Telling("case", "info", plain("What was exchanged does not come back")),
    "return.cancelled": Telling("case", "bad", because("Return cancelled")),
    "return.turned_into_refund": Telling("money", "info", plain("Goes on as a refund")),
    "return.turned_into_exchange": Telling("case", "info", plain("To be exchanged instead")),
    "return.taken": Telling("case", "plain", plain("Case taken")),
    "return.departed": Telling("stock", "info", plain("Parcel handed over by the customer")),
    "return.goods_received": Telling("stock", "info", plain("Goods received")),
    "return.goods_inspected": Telling("stock", "info", plain("Goods inspected")),
    "return.goods_accepted": Telling("stock", "good", plain("Goods accepted")),
    "return.goods_refused": Telling("stock", "bad", plain("Goods refused at inspection")),
    "return.defect_reported": Telling("case", "plain", _defect),
    "return.lot_found": Telling("case", "info", _lot),
    "return.evidence_added": Telling("case", "info", _photos),
    "return.evidence_removed": Telling("case", "plain", plain("Photo removed")),
    "return.evidence_asked": Telling("messages", "info", plain("Customer asked for photos")),
    "return.evidence_complete": Telling("case", "good", plain("All evidence is there")),
    "return.mismatch_found": Telling("stock", "warn", _differs("Not as announced: {kind}")),
    "return.mismatch_decided": Telling("case", "info", _differs("{kind}: {rule}")),
    "return.mismatch_put_up": Telling("case", "warn", _differs("{kind}: a second person is asked")),
    "return.mismatch_resolved": Telling("stock", "good", _differs("{kind}: came right by itself")),
    "return.goods_moved_on": Telling("stock", "info", _moved_on),
    "return.refurbishing_started": Telling("stock", "info", plain("Refurbishing started")),
    "return.goods_refurbished": Telling("stock", "good", plain("Refurbished and on sale again")),
    "return.goods_waived": Telling("money", "good", plain("The customer keeps it")),
    "return.short_closed": Telling("stock", "warn", _given_up),
    "return.concession_asked": Telling("money", "warn", _conceded("Beyond policy")),
    "return.concession_granted": Telling("money", "good", _conceded("Granted")),
    "return.concession_refused": Telling("money", "bad", _conceded("Not granted")),
    "return.concession_lapsed": Telling("money", "plain", _conceded("Lapsed, the case moved on")),
    "return.appealed": Telling("case", "warn", plain("Rejection appealed")),
    "return.reopened": Telling("case", "warn", plain("Case opened again")),
    "return.refusal_stands": Telling("case", "bad", plain("The refusal stands")),
    "return.taken_in_late": Telling("stock", "warn", plain("Goods taken in late")),
    "return.outcome_changed": Telling("case", "info", _changed),
    "return.exception_asked": Telling("case", "warn", _exception),
    "return.promotion_chosen": Telling("money", "info", _promotion),
    "return.refund_short": Telling("money", "bad", _short),
    "repair.opened": Telling("stock", "info", told_with("To the workshop", "number")),
    "repair.begun": Telling("stock", "info", told_with("At the workshop", "number")),
    "repair.estimated": Telling("money", "info", _estimated),
    "repair.agreed": Telling("case", "good", told_with("Repair agreed", "number")),
    "repair.declined": Telling("case", "warn", told_with("Estimate declined", "number")),
    "repair.charge_due": Telling("money", "warn", _charge_due),
    "repair.finished": Telling("stock", "good", told_with("Repaired", "number")),
    "repair.sent_back": Telling("stock", "good", told_with("Sent back to the customer", "number")),
    "repair.given_up": Telling("case", "bad", told_with("Not repairable", "number")),
    "return.owes_again": Telling("money", "bad", plain("Open again: a refund came back")),
    "return.refund_stopped": Telling("money", "bad", because("The agreed refund was not sent")),
    "return.risk_held": Telling("case", "bad", _risky),
    "return.risk_cleared": Telling("case", "good", plain("Risk cleared")),
    "return.rated": Telling("case", "info", told_with("Rated by the customer, of 5", "score")),
    "return.closed": Telling("case", "good", plain("Case closed")),
    "return.expired": Telling("case", "bad", plain("The goods never came: return expired")),
    "decision.made": Telling("case", "plain", _decided),
}
