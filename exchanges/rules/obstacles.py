"""What may stand in an exchange's way: each a sentence for an agent, or nothing."""

from __future__ import annotations

from core.money import Money
from exchanges.rules.facts import ENDED_RETURN, ExchangeFacts, Goods, HoldFacts
from exchanges.rules.parts import Part
from exchanges.rules.reasons import Assent
from exchanges.states import OVER, ExchangeState, ExchangeType
from fulfilment.states import WorkOrderState

S = ExchangeState


def say_where_it_is(facts: ExchangeFacts) -> str:
    if facts.state == S.RELEASING:
        return "The warehouse has the replacement already"
    return "The replacement has left"


def say_not_accepted(facts: ExchangeFacts) -> str | None:
    if facts.state == S.DRAFT:
        return "There is no quote."
    return "The quote is not accepted yet." if facts.state == S.QUOTED else None


def say_approval_missing(facts: ExchangeFacts) -> str | None:
    return {
        Assent.MISSING: "A second person has to approve this quote.",
        Assent.ASKED: "It waits for a lead's approval.",
        Assent.REJECTED: "The approval was denied: change the quote, or cancel.",
    }.get(facts.assent)


def say_risk_uncleared(facts: ExchangeFacts) -> str | None:
    if not facts.is_risk_held:
        return None
    return "The case is held because of its risk: a lead looks, and clears it with a reason."


def say_money_unknown(facts: ExchangeFacts) -> str | None:
    if not facts.is_unknown:
        return None
    return "Nobody knows yet whether a payment went through; it is being looked up."


def say_money_moves(facts: ExchangeFacts) -> str | None:
    if facts.is_in_flight and not facts.is_unknown:
        return "A payment is on its way."
    return say_money_unknown(facts)


def say_payment_missing(facts: ExchangeFacts) -> str | None:
    if not facts.missing:
        return None
    needed, so_far, netted, awaited = (
        Money(value, facts.currency).format("en")
        for value in (facts.needed, facts.captured, facts.netted, facts.awaited)
    )
    sentence = f"The customer pays {needed} first; {so_far} has been captured"
    if facts.netted:
        sentence += f", and {netted} of what the case refunds is kept for it"
    if facts.awaited:
        sentence += f". {awaited} of it comes from the rest of the case once that is accepted"
    return f"{sentence}."


def is_money_missing(facts: ExchangeFacts) -> bool:
    """Whether a payment, or a hold on a card, has yet to be asked for before it leaves."""
    return bool(say_payment_missing(facts) or say_card_hold_missing(facts))


def say_card_hold_missing(facts: ExchangeFacts) -> str | None:
    if facts.authorised >= facts.card_hold:
        return None
    amount = Money(facts.card_hold, facts.currency).format("en")
    return f"{amount} has to be held on a card until the goods are back."


def say_goods_missing(facts: ExchangeFacts) -> str | None:
    if facts.type != ExchangeType.REGULAR or facts.goods != Goods.AWAITED or facts.part:
        return None
    if facts.waits_with_rest:
        return "The rest ships when the rest of the returned goods has passed inspection."
    return "The replacement ships when the returned goods have passed inspection."


def say_goods_refused(facts: ExchangeFacts) -> str | None:
    if facts.type != ExchangeType.REGULAR or facts.goods != Goods.REFUSED:
        return None
    return "Inspection refused returned goods: cancel the exchange, or convert it to a refund."


def say_credit_changed(facts: ExchangeFacts) -> str | None:
    if facts.part is not None:
        return _say_part_uncovered(facts, facts.part)
    if facts.goods != Goods.ACCEPTED or facts.credit is None or facts.credit >= facts.reckoned:
        return None
    credit, reckoned = (
        Money(value, facts.currency).format("en") for value in (facts.credit, facts.reckoned)
    )
    return f"The goods are credited with {credit}, but the quote counted on {reckoned}."


def _say_part_uncovered(facts: ExchangeFacts, part: Part) -> str | None:
    """What has come is worth less than was reckoned, so that too little pays for the part."""
    if facts.captured >= part.due:
        return None
    due, paid = (Money(value, facts.currency).format("en") for value in (part.due, facts.captured))
    return f"{due} is due for the part whose goods have come, and {paid} was paid."


def say_credit_bound(facts: ExchangeFacts) -> str | None:
    """Credit that pays for the rest is in the order of it, and does not come out again."""
    if facts.applied <= facts.part_value or not facts.waits_with_rest or facts.is_parted:
        return None
    bound = Money(facts.applied - facts.part_value, facts.currency).format("en")
    return (
        f"{bound} of the credit is in the new order already, for the rest of it: deliver that, "
        "and exchange it again."
    )


def say_hold_missing(facts: ExchangeFacts) -> str | None:
    holds = facts.holds
    if holds.covers_all:
        return None
    if holds.backordered and holds.is_promised:
        return _say_backordered(holds)
    if holds.ended_at is not None:
        ended = holds.ended_at.astimezone(facts.clock_zone)
        return f"The hold ended at {ended:%H:%M}: hold the stock again."
    return f"Stock is held for {holds.active + holds.committed} of {holds.wanted}."


def _say_backordered(holds: HoldFacts) -> str:
    units = "1 unit is" if holds.backordered == 1 else f"{holds.backordered} units are"
    day = f" and can be there on {holds.backorder_day:%d %b %Y}" if holds.backorder_day else ""
    return f"{units} back-ordered{day}: held by itself as soon as the goods come."


def say_unpromised(facts: ExchangeFacts) -> str | None:
    """What keeps a quote from being confirmed: a back-order is enough for that."""
    return None if facts.holds.is_promised else say_hold_missing(facts)


def say_visit_missing(facts: ExchangeFacts) -> str | None:
    if not facts.needs_visit or facts.work_state == WorkOrderState.SCHEDULED:
        return None
    return "It has to be installed: agree on an appointment first."


def say_hold_not_committed(facts: ExchangeFacts) -> str | None:
    return None if facts.holds.committed else "No stock is committed to this shipment."


def say_quote_ended(facts: ExchangeFacts) -> str | None:
    if facts.quote_ended_at is None:
        return None
    ended = facts.quote_ended_at.astimezone(facts.clock_zone)
    return f"The quote ended at {ended:%H:%M}: make a new one."


def say_return_ended(facts: ExchangeFacts) -> str | None:
    if facts.return_state not in ENDED_RETURN:
        return None
    return f"The return is {facts.return_state}."


def say_wrong_state(facts: ExchangeFacts, sentence: str, after: str = "") -> str:
    if facts.state in OVER:
        return f"The exchange is over: {ExchangeState(facts.state).label.lower()}."
    if after and facts.state == S.DELIVERED:
        return after
    return sentence
