"""What may be done with an exchange now, and why the rest may not, in words for an agent.

Every command asks here under the case's lock, and every screen asks here for its buttons.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.money import Money
from core.verdicts import Verdict
from exchanges.rules.facts import (
    ACCEPTED,
    BEFORE_RELEASE,
    ENDED_RETURN,
    LIVE_RETURN,
    OPEN_FOR_QUOTES,
    RETURN_IS_HERE,
    ExchangeFacts,
    Goods,
)
from exchanges.rules.reasons import Assent, OutboundReason
from exchanges.states import OVER, ExchangeState, ExchangeType

S = ExchangeState


@dataclass(frozen=True, slots=True)
class OutboundHold:
    reason: OutboundReason
    sentence: str


def can_offer(exchange_type: str, *, is_offered: bool) -> Verdict:
    """Goods leave before any come back only where policy takes that risk."""
    if exchange_type == ExchangeType.REGULAR or is_offered:
        return Verdict.allow()
    return Verdict.refuse("Policy offers no advanced exchange for these goods.")


def can_quote(facts: ExchangeFacts) -> Verdict:
    """Until the warehouse has it. What was approved or paid before is weighed anew."""
    if facts.state not in BEFORE_RELEASE:
        return Verdict.refuse(_wrong_state(facts, f"{_where_it_is(facts)}."))
    return Verdict.of(_return_ended(facts), _money_moves(facts))


def can_ask_approval(facts: ExchangeFacts) -> Verdict:
    """Ask once more, after a no or after a request that lapsed."""
    if facts.state != S.PENDING_APPROVAL:
        return Verdict.refuse(_wrong_state(facts, "Nothing of it waits for an approval."))
    return Verdict.of(facts.assent == Assent.ASKED and "A lead has been asked already.")


def can_collect(facts: ExchangeFacts) -> Verdict:
    """Whether the customer may be asked for money now: never before the hold is certain."""
    if facts.state not in ACCEPTED:
        return Verdict.refuse(_wrong_state(facts, "The quote is not confirmed yet."))
    if not is_money_missing(facts):
        return Verdict.refuse("Nothing is to be paid before it leaves.")
    return Verdict.of(
        _approval_missing(facts), _money_moves(facts), _hold_missing(facts), _return_ended(facts)
    )


def can_accept_quote(facts: ExchangeFacts) -> Verdict:
    if facts.state == S.DRAFT:
        return Verdict.refuse("There is no quote to accept: make one first.")
    if facts.state != S.QUOTED:
        return Verdict.refuse(_wrong_state(facts, "The quote was accepted already."))
    return Verdict.of(
        None if facts.return_state in LIVE_RETURN else "The return is not authorised yet.",
        _quote_ended(facts),
        _hold_missing(facts),
    )


def can_hold_again(facts: ExchangeFacts) -> Verdict:
    if facts.state not in BEFORE_RELEASE - {S.DRAFT}:
        return Verdict.refuse(_wrong_state(facts, "The replacement has left the shelf."))
    if facts.holds.covers_all:
        return Verdict.refuse("The stock is held already.")
    return Verdict.of(
        _return_ended(facts), _quote_ended(facts) if facts.state == S.QUOTED else None
    )


def can_extend_hold(facts: ExchangeFacts) -> Verdict:
    if facts.state in OPEN_FOR_QUOTES:
        return Verdict.refuse("The hold ends with the quote: make a new one.")
    if facts.state not in ACCEPTED:
        return Verdict.refuse(
            _wrong_state(facts, "The hold has no end any more: the warehouse has it.")
        )
    return Verdict.of(_hold_missing(facts))


def can_release_hold(facts: ExchangeFacts) -> Verdict:
    """Whether the stock may be given back while the exchange goes on waiting."""
    if facts.state not in BEFORE_RELEASE:
        return Verdict.refuse(_wrong_state(facts, "The warehouse has it already."))
    return Verdict.of(None if facts.holds.active else "No stock is held.")


def can_send_link(facts: ExchangeFacts) -> Verdict:
    """A link takes a payment; what has to be held on a card needs a card on file."""
    if facts.card_hold > 0:
        return Verdict.refuse("An amount is to be held on a card: charge a card on file instead.")
    return can_collect(facts)


def list_outbound_holds(facts: ExchangeFacts) -> list[OutboundHold]:
    """Everything that keeps the replacement from the warehouse, all at once, most basic first."""
    if facts.state not in BEFORE_RELEASE:
        return []
    found = [
        (OutboundReason.NOT_ACCEPTED, _not_accepted(facts)),
        (OutboundReason.AWAITING_APPROVAL, _approval_missing(facts)),
        (OutboundReason.RISK, _risk_uncleared(facts)),
        (OutboundReason.MONEY_UNKNOWN, _money_unknown(facts)),
        (OutboundReason.AWAITING_PAYMENT, _payment_missing(facts)),
        (OutboundReason.CARD_HOLD_MISSING, _card_hold_missing(facts)),
        (OutboundReason.AWAITING_GOODS, _goods_missing(facts)),
        (OutboundReason.GOODS_REFUSED, _goods_refused(facts)),
        (OutboundReason.CREDIT_CHANGED, _credit_changed(facts)),
        (OutboundReason.HOLD_MISSING, _hold_missing(facts)),
    ]
    return [OutboundHold(reason, sentence) for reason, sentence in found if sentence]


def find_waiting_state(facts: ExchangeFacts) -> str:
    """Where a confirmed exchange stands: it waits for one thing at a time, in this order.

    The difference of a regular exchange is due when its goods have passed, or before where
    policy says so; what leaves before any goods come is paid first. Where goods that are refunded
    beside it would pay it, it waits for them.
    """
    if _approval_missing(facts):
        return S.PENDING_APPROVAL
    is_due = facts.is_paid_up_front or facts.goods == Goods.ACCEPTED
    lacks_money = is_money_missing(facts) or _money_unknown(facts)
    waits_for_credit = facts.missing > 0 and facts.awaited >= facts.missing
    if is_due and lacks_money and not waits_for_credit:
        return S.AWAITING_PAYMENT
    if waits_for_credit or _goods_missing(facts) or _goods_refused(facts) or _credit_changed(facts):
        return S.AWAITING_GOODS
    return S.READY


def can_release(facts: ExchangeFacts) -> Verdict:
    """The hard guards of domain §4: money, goods by type, and a hold for the full quantity."""
    if facts.state not in BEFORE_RELEASE:
        return Verdict.refuse(_wrong_state(facts, "The warehouse has it already."))
    return Verdict.of(*(hold.sentence for hold in list_outbound_holds(facts)))


def can_ship(facts: ExchangeFacts) -> Verdict:
    if facts.state in BEFORE_RELEASE:
        return Verdict.refuse(
            "It is not released to the warehouse yet.",
            *(hold.sentence for hold in list_outbound_holds(facts)),
        )
    if facts.state not in (S.RELEASING, S.PARTLY_SHIPPED):
        return Verdict.refuse(_wrong_state(facts, "It has been shipped already."))
    return Verdict.of(
        _approval_missing(facts),
        _money_unknown(facts),
        _payment_missing(facts),
        _hold_not_committed(facts),
    )


def can_confirm_delivery(facts: ExchangeFacts) -> Verdict:
    if facts.state in (S.IN_TRANSIT, S.PARTLY_SHIPPED):
        return Verdict.allow()
    return Verdict.refuse(
        _wrong_state(facts, "It has not been shipped yet.", after="It was delivered.")
    )


def can_complete(facts: ExchangeFacts) -> Verdict:
    if facts.state != S.DELIVERED:
        return Verdict.refuse(_wrong_state(facts, "The replacement is not delivered yet."))
    return Verdict.of(
        facts.goods == Goods.AWAITED and "The returned goods are not accepted yet.",
        _goods_refused(facts),
    )


def can_substitute(facts: ExchangeFacts) -> Verdict:
    """Something else may go out until it has left: also while the warehouse looks for it."""
    if facts.state in BEFORE_RELEASE:
        return can_quote(facts)
    if facts.state != S.RELEASING:
        return Verdict.refuse(_wrong_state(facts, f"{_where_it_is(facts)}."))
    is_short = facts.holds.active + facts.holds.committed < facts.holds.wanted
    return Verdict.of(
        None if is_short else "The warehouse has found all of it.",
        _return_ended(facts),
        _money_moves(facts),
    )


def can_cancel(facts: ExchangeFacts, *, continues_return: bool) -> Verdict:
    """Until the warehouse has it. Goods that are here already keep their return alive."""
    if facts.state not in BEFORE_RELEASE:
        return Verdict.refuse(
            _wrong_state(facts, f"{_where_it_is(facts)}: it can be exchanged again instead.")
        )
    if not continues_return and facts.return_state in RETURN_IS_HERE:
        return Verdict.refuse(
            "Goods have arrived, so the return goes on: cancel the exchange alone."
        )
    return Verdict.of(_money_moves(facts))


def can_convert_to_refund(facts: ExchangeFacts) -> Verdict:
    if facts.state not in BEFORE_RELEASE:
        return Verdict.refuse(
            _wrong_state(facts, f"{_where_it_is(facts)}: it has to come back for a refund.")
        )
    return Verdict.of(_return_ended(facts), _money_moves(facts))


def _where_it_is(facts: ExchangeFacts) -> str:
    if facts.state == S.RELEASING:
        return "The warehouse has the replacement already"
    return "The replacement has left"


def _not_accepted(facts: ExchangeFacts) -> str | None:
    if facts.state == S.DRAFT:
        return "There is no quote."
    return "The quote is not accepted yet." if facts.state == S.QUOTED else None


def _approval_missing(facts: ExchangeFacts) -> str | None:
    return {
        Assent.MISSING: "A second person has to approve this quote.",
        Assent.ASKED: "It waits for a lead's approval.",
        Assent.REJECTED: "The approval was denied: change the quote, or cancel.",
    }.get(facts.assent)


def _risk_uncleared(facts: ExchangeFacts) -> str | None:
    if not facts.is_risk_held:
        return None
    return "The case is held because of its risk: a lead looks, and clears it with a reason."


def _money_unknown(facts: ExchangeFacts) -> str | None:
    if not facts.is_unknown:
        return None
    return "Nobody knows yet whether a payment went through; it is being looked up."


def _money_moves(facts: ExchangeFacts) -> str | None:
    if facts.is_in_flight and not facts.is_unknown:
        return "A payment is on its way."
    return _money_unknown(facts)


def _payment_missing(facts: ExchangeFacts) -> str | None:
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
    return bool(_payment_missing(facts) or _card_hold_missing(facts))


def _card_hold_missing(facts: ExchangeFacts) -> str | None:
    if facts.authorised >= facts.card_hold:
        return None
    amount = Money(facts.card_hold, facts.currency).format("en")
    return f"{amount} has to be held on a card until the goods are back."


def _goods_missing(facts: ExchangeFacts) -> str | None:
    if facts.type != ExchangeType.REGULAR or facts.goods != Goods.AWAITED:
        return None
    return "The replacement ships when the returned goods have passed inspection."


def _goods_refused(facts: ExchangeFacts) -> str | None:
    if facts.type != ExchangeType.REGULAR or facts.goods != Goods.REFUSED:
        return None
    return "Inspection refused returned goods: cancel the exchange, or convert it to a refund."


def _credit_changed(facts: ExchangeFacts) -> str | None:
    if facts.goods != Goods.ACCEPTED or facts.credit is None or facts.credit >= facts.reckoned:
        return None
    credit, reckoned = (
        Money(value, facts.currency).format("en") for value in (facts.credit, facts.reckoned)
    )
    return f"The goods are credited with {credit}, but the quote counted on {reckoned}."


def _hold_missing(facts: ExchangeFacts) -> str | None:
    holds = facts.holds
    if holds.covers_all:
        return None
    if holds.ended_at is not None:
        ended = holds.ended_at.astimezone(facts.clock_zone)
        return f"The hold ended at {ended:%H:%M}: hold the stock again."
    return f"Stock is held for {holds.active + holds.committed} of {holds.wanted}."


def _hold_not_committed(facts: ExchangeFacts) -> str | None:
    return None if facts.holds.committed else "No stock is committed to this shipment."


def _quote_ended(facts: ExchangeFacts) -> str | None:
    if facts.quote_ended_at is None:
        return None
    ended = facts.quote_ended_at.astimezone(facts.clock_zone)
    return f"The quote ended at {ended:%H:%M}: make a new one."


def _return_ended(facts: ExchangeFacts) -> str | None:
    if facts.return_state not in ENDED_RETURN:
        return None
    return f"The return is {facts.return_state}."


def _wrong_state(facts: ExchangeFacts, sentence: str, after: str = "") -> str:
    if facts.state in OVER:
        return f"The exchange is over: {ExchangeState(facts.state).label.lower()}."
    if after and facts.state == S.DELIVERED:
        return after
    return sentence
