"""What may be done with an exchange now, and why the rest may not, in words for an agent.

Every command asks here under the case's lock, and every screen asks here for its buttons.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from core.verdicts import Verdict
from exchanges.rules.facts import (
    ACCEPTED,
    BEFORE_RELEASE,
    ENDED_RETURN,
    LIVE_RETURN,
    ON_THEIR_WAY,
    OPEN_FOR_QUOTES,
    RETURN_IS_HERE,
    ExchangeFacts,
    Goods,
)
from exchanges.rules.obstacles import (
    is_money_missing,
    say_approval_missing,
    say_card_hold_missing,
    say_credit_bound,
    say_credit_changed,
    say_goods_missing,
    say_goods_refused,
    say_hold_missing,
    say_hold_not_committed,
    say_money_moves,
    say_money_unknown,
    say_not_accepted,
    say_payment_missing,
    say_quote_ended,
    say_return_ended,
    say_risk_uncleared,
    say_unpromised,
    say_visit_missing,
    say_where_it_is,
    say_wrong_state,
)
from exchanges.rules.reasons import Assent, OutboundReason
from exchanges.states import ExchangeState, ExchangeType

S = ExchangeState
CALLED_OFF = frozenset({S.CANCELLED, S.EXPIRED, S.CONVERTED_TO_REFUND})


@dataclass(frozen=True, slots=True)
class OutboundHold:
    reason: OutboundReason
    sentence: str


def can_offer(exchange_type: str, *, is_offered: bool) -> Verdict:
    """Goods leave before any come back only where policy takes that risk."""
    if exchange_type == ExchangeType.REGULAR or is_offered:
        return Verdict.allow()
    return Verdict.refuse("Policy offers no advanced exchange for these goods.")


def can_open_instead(states: Collection[str], *, return_state: str) -> Verdict:
    """Whether a case may have an exchange beside those in `states`, which it has had so far.

    One at a time, and none after one that was sent: it has used what the goods are worth.
    """
    if return_state in ENDED_RETURN:
        return Verdict.refuse(f"The return is {return_state}.")
    others = set(states) - CALLED_OFF
    return Verdict.of(
        None if return_state in LIVE_RETURN else "The return is not authorised yet.",
        "This case has an exchange already: change what goes out there." if others else None,
    )


def can_leave_first(exchange_type: str, *, have_come: bool) -> Verdict:
    """Whether something goes out ahead of goods that are on a case already: not of any here."""
    if exchange_type == ExchangeType.REGULAR or not have_come:
        return Verdict.allow()
    return Verdict.refuse(
        "Some of the goods are here: a regular exchange leaves once they have passed."
    )


def can_quote(facts: ExchangeFacts) -> Verdict:
    """Until the warehouse has it. What was approved or paid before is weighed anew."""
    if facts.state not in BEFORE_RELEASE:
        return Verdict.refuse(say_wrong_state(facts, f"{say_where_it_is(facts)}."))
    return Verdict.of(say_return_ended(facts), say_money_moves(facts))


def can_ask_approval(facts: ExchangeFacts) -> Verdict:
    """Ask once more, after a no or after a request that lapsed."""
    if facts.state != S.PENDING_APPROVAL:
        return Verdict.refuse(say_wrong_state(facts, "Nothing of it waits for an approval."))
    return Verdict.of(facts.assent == Assent.ASKED and "A lead has been asked already.")


def can_collect(facts: ExchangeFacts) -> Verdict:
    """Whether the customer may be asked for money now: never before the hold is certain."""
    if facts.state not in ACCEPTED:
        return Verdict.refuse(say_wrong_state(facts, "The quote is not confirmed yet."))
    if not is_money_missing(facts):
        return Verdict.refuse("Nothing is to be paid before it leaves.")
    return Verdict.of(
        say_approval_missing(facts),
        say_money_moves(facts),
        say_hold_missing(facts),
        say_return_ended(facts),
    )


def can_accept_quote(facts: ExchangeFacts) -> Verdict:
    if facts.state == S.DRAFT:
        return Verdict.refuse("There is no quote to accept: make one first.")
    if facts.state != S.QUOTED:
        return Verdict.refuse(say_wrong_state(facts, "The quote was accepted already."))
    return Verdict.of(
        None if facts.return_state in LIVE_RETURN else "The return is not authorised yet.",
        say_quote_ended(facts),
        say_unpromised(facts),
    )


def can_hold_again(facts: ExchangeFacts) -> Verdict:
    if facts.state not in BEFORE_RELEASE - {S.DRAFT} and not facts.waits_with_rest:
        return Verdict.refuse(say_wrong_state(facts, "The replacement has left the shelf."))
    if facts.holds.covers_all:
        return Verdict.refuse("The stock is held already.")
    return Verdict.of(
        say_return_ended(facts), say_quote_ended(facts) if facts.state == S.QUOTED else None
    )


def can_extend_hold(facts: ExchangeFacts) -> Verdict:
    if facts.state in OPEN_FOR_QUOTES:
        return Verdict.refuse("The hold ends with the quote: make a new one.")
    if facts.state not in ACCEPTED and not facts.waits_with_rest:
        return Verdict.refuse(
            say_wrong_state(facts, "The hold has no end any more: the warehouse has it.")
        )
    return Verdict.of(say_hold_missing(facts))


def can_release_hold(facts: ExchangeFacts) -> Verdict:
    """Whether the stock may be given back while the exchange goes on waiting."""
    if facts.state not in BEFORE_RELEASE:
        return Verdict.refuse(say_wrong_state(facts, "The warehouse has it already."))
    return Verdict.of(None if facts.holds.active else "No stock is held.")


def can_send_link(facts: ExchangeFacts) -> Verdict:
    """A link takes the difference; with that paid, another one lets an amount be held."""
    return can_collect(facts)


def list_outbound_holds(facts: ExchangeFacts) -> list[OutboundHold]:
    """Everything that keeps the replacement from the warehouse, all at once, most basic first.

    Once a part of it has gone, what keeps the rest here.
    """
    if facts.state not in BEFORE_RELEASE and not facts.waits_with_rest:
        return []
    found = [
        (OutboundReason.NOT_ACCEPTED, say_not_accepted(facts)),
        (OutboundReason.AWAITING_APPROVAL, say_approval_missing(facts)),
        (OutboundReason.RISK, say_risk_uncleared(facts)),
        (OutboundReason.MONEY_UNKNOWN, say_money_unknown(facts)),
        (OutboundReason.AWAITING_PAYMENT, say_payment_missing(facts)),
        (OutboundReason.CARD_HOLD_MISSING, say_card_hold_missing(facts)),
        (OutboundReason.AWAITING_GOODS, say_goods_missing(facts)),
        (OutboundReason.GOODS_REFUSED, say_goods_refused(facts)),
        (OutboundReason.CREDIT_CHANGED, say_credit_changed(facts)),
        (OutboundReason.HOLD_MISSING, say_hold_missing(facts)),
        (OutboundReason.VISIT_MISSING, say_visit_missing(facts)),
    ]
    return [OutboundHold(reason, sentence) for reason, sentence in found if sentence]


def find_waiting_state(facts: ExchangeFacts) -> str:
    """Where a confirmed exchange stands: it waits for one thing at a time, in this order.

    The difference of a regular exchange is due when its goods have passed, or enough of them for
    a part of it, or before where policy says so; what leaves before any goods come is paid first.
    Where goods that are refunded beside it would pay it, it waits for them.
    """
    if say_approval_missing(facts):
        return S.PENDING_APPROVAL
    is_due = facts.is_paid_up_front or facts.goods == Goods.ACCEPTED or facts.part is not None
    lacks_money = is_money_missing(facts) or say_money_unknown(facts)
    waits_for_credit = facts.missing > 0 and facts.awaited >= facts.missing
    if is_due and lacks_money and not waits_for_credit:
        return S.AWAITING_PAYMENT
    lacks_goods = say_goods_missing(facts) or say_goods_refused(facts)
    if waits_for_credit or lacks_goods or say_credit_changed(facts):
        return S.AWAITING_GOODS
    return S.READY


def can_release(facts: ExchangeFacts) -> Verdict:
    """The hard guards of domain §4: money, goods by type, and a hold for the full quantity."""
    if facts.state not in BEFORE_RELEASE and not facts.waits_with_rest:
        return Verdict.refuse(say_wrong_state(facts, "The warehouse has it already."))
    return Verdict.of(*(hold.sentence for hold in list_outbound_holds(facts)))


def can_ship(facts: ExchangeFacts) -> Verdict:
    if facts.state in BEFORE_RELEASE:
        return Verdict.refuse(
            "It is not released to the warehouse yet.",
            *(hold.sentence for hold in list_outbound_holds(facts)),
        )
    if facts.state not in (S.RELEASING, S.PARTLY_SHIPPED):
        return Verdict.refuse(say_wrong_state(facts, "It has been shipped already."))
    return Verdict.of(
        say_approval_missing(facts),
        say_money_unknown(facts),
        say_payment_missing(facts),
        say_hold_not_committed(facts),
    )


def can_load(facts: ExchangeFacts) -> Verdict:
    """Whether a crew may take along what goes out: shipped like any other, and nothing left behind
    that could have gone to the warehouse and did not."""
    if facts.waits_with_rest and not facts.is_parted:
        return Verdict.of(*(hold.sentence for hold in list_outbound_holds(facts)))
    return can_ship(facts)


def can_drop_rest(facts: ExchangeFacts) -> Verdict:
    """Whether what has yet to leave may be given up, once a part of it has gone."""
    if not facts.waits_with_rest:
        return Verdict.refuse(say_wrong_state(facts, "No part of it has left before the rest."))
    return Verdict.of(say_money_moves(facts), say_credit_bound(facts))


def can_decide_refused(facts: ExchangeFacts) -> Verdict:
    return Verdict.of(
        not facts.is_decision_wanted and "Nothing that was refused waits for a decision."
    )


def can_confirm_delivery(facts: ExchangeFacts) -> Verdict:
    if facts.state in (S.IN_TRANSIT, S.PARTLY_SHIPPED):
        return Verdict.allow()
    return Verdict.refuse(
        say_wrong_state(facts, "It has not been shipped yet.", after="It was delivered.")
    )


def can_complete(facts: ExchangeFacts) -> Verdict:
    if facts.state != S.DELIVERED:
        return Verdict.refuse(say_wrong_state(facts, "The replacement is not delivered yet."))
    return Verdict.of(
        facts.goods == Goods.AWAITED and "The returned goods are not accepted yet.",
        facts.rest > 0 and "The rest of it has yet to leave.",
        None if facts.is_parted else say_goods_refused(facts),
    )


def can_substitute(facts: ExchangeFacts) -> Verdict:
    """Something else may go out until it has left: also while the warehouse looks for it."""
    if facts.state in BEFORE_RELEASE:
        return can_quote(facts)
    if facts.state != S.RELEASING:
        return Verdict.refuse(say_wrong_state(facts, f"{say_where_it_is(facts)}."))
    is_short = facts.holds.active + facts.holds.committed < facts.holds.wanted
    return Verdict.of(
        None if is_short else "The warehouse has found all of it.",
        say_return_ended(facts),
        say_money_moves(facts),
    )


def can_note_wish(facts: ExchangeFacts) -> Verdict:
    """Whether a second wish is of any use: until what was chosen first is found and packed."""
    if facts.state not in BEFORE_RELEASE - {S.DRAFT} | {S.RELEASING}:
        return Verdict.refuse(say_wrong_state(facts, "There is nothing that could run out."))
    return Verdict.of(say_return_ended(facts))


def can_cancel(facts: ExchangeFacts, *, continues_return: bool) -> Verdict:
    """Until the warehouse has it. Goods that are here already keep their return alive, and what
    goes on is refunded: policy may be against that."""
    if facts.state not in BEFORE_RELEASE:
        return Verdict.refuse(
            say_wrong_state(facts, f"{say_where_it_is(facts)}: it can be exchanged again instead.")
        )
    if not continues_return and facts.return_state in RETURN_IS_HERE:
        return Verdict.refuse(
            "Goods have arrived, so the return goes on: cancel the exchange alone."
        )
    against = facts.against.get("refund", ()) if continues_return else ()
    return Verdict.of(say_money_moves(facts), *against)


def can_convert_to_sale(facts: ExchangeFacts) -> Verdict:
    """The customer keeps the old goods as well, none of which have come.

    Before the replacement has left it is paid for in full first, whatever its type.
    """
    if facts.state in ACCEPTED:
        return Verdict.of(
            facts.is_kept and "They keep both already: it is a sale once it has arrived.",
            facts.return_state not in ON_THEIR_WAY and "Goods of it have arrived.",
            say_return_ended(facts),
            say_money_moves(facts),
            say_hold_missing(facts),
        )
    if facts.state not in (S.PARTLY_SHIPPED, S.IN_TRANSIT, S.DELIVERED):
        where = "The warehouse has it: say so once it has left."
        if facts.state in OPEN_FOR_QUOTES:
            where = "The quote is not confirmed yet."
        return Verdict.refuse(say_wrong_state(facts, where))
    return Verdict.of(
        facts.type == ExchangeType.REGULAR and "Its goods were accepted before it left.",
        facts.return_state not in ON_THEIR_WAY and "Goods of it have arrived.",
        say_return_ended(facts),
        say_money_moves(facts),
        facts.rest > 0 and "Some of it has yet to leave: deliver that first, or send no more.",
    )


def can_convert_to_refund(facts: ExchangeFacts, *, outcome: str = "refund") -> Verdict:
    """Whether the goods may be settled in money, or store credit, as `outcome` says."""
    if facts.state not in BEFORE_RELEASE:
        return Verdict.refuse(
            say_wrong_state(facts, f"{say_where_it_is(facts)}: it has to come back for a refund.")
        )
    return Verdict.of(
        say_return_ended(facts), say_money_moves(facts), *facts.against.get(outcome, ())
    )
