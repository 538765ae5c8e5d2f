"""Every command of the case page: what it asks, what it says first, and which service it calls.

One entry is one address (``/cases/<number>/<code>/``), one dialog and one button. Whether it
may be used now is asked of the rules by `console.case.actions`, and again by the service.
"""

from __future__ import annotations

from typing import Any

from console.case.command import Command, Sent
from console.case.ending_commands import OF_ENDING, say_first
from console.case.forms import (
    AdjustForm,
    AuthoriseForm,
    ClearRiskForm,
    NoteForm,
    PaymentForm,
    ReasonForm,
    RefusedGoodsForm,
    ReplacementForm,
    SecondWishForm,
    ShipForm,
    SubstituteForm,
    VisitForm,
)
from console.case.instead_form import ExchangeInsteadForm
from console.case.settling_commands import OF_SETTLEMENT
from core.roles import Permission
from exchanges import services as exchanges
from exchanges.rules import Conversion, WantedReplacement
from fulfilment.states import ShipmentState
from returns import services as returns

P = Permission


def _changing(sent: Sent) -> list[WantedReplacement]:
    """One line as it is wanted now, the others as they were."""
    column = sent.record.column
    lines = column.lines if column else []
    position = sent.data["position"] or (lines[0].position if lines else 0)
    return [
        WantedReplacement(
            variant_id=sent.data["sku"] if line.position == position else line.variant_id,
            quantity=sent.data["quantity"] if line.position == position else line.quantity,
            replaces_order_line_id=line.replaces.order_line_id if line.replaces else None,
            agreed=None if line.position == position else line.agreed_price,
            second_variant_id=None if line.position == position else line.second_id,
            second_price=None if line.position == position else line.second_price,
            may_wait=sent.data["may_wait"] if line.position == position else line.may_wait,
        )
        for line in lines
    ]


def _adjusting(sent: Sent) -> dict[str, Any]:
    data = sent.data
    price = data["price"]
    conversion = None
    if data["rate"] is not None:
        conversion = Conversion(
            currency=data["currency"].upper(),
            rate=data["rate"],
            source=data["source"],
            taken_at=sent.on_exchange["now"].isoformat(),
        )
    return {
        "conversion": conversion,
        "shipping_fee": data["shipping_fee"],
        "agreed": {} if price is None else {data["position"] or 1: price},
        "reason": data["reason"],
    }


def _substituting(sent: Sent) -> dict[str, Any]:
    """The first line is the one that is looked at; the others go out as they were."""
    column = sent.record.column
    lines = column.lines if column else []
    return {
        "replacements": [
            WantedReplacement(
                variant_id=sent.data["variant_id"] if at == 0 else line.variant_id,
                quantity=line.quantity,
                replaces_order_line_id=line.replaces.order_line_id if line.replaces else None,
                second_variant_id=None if at == 0 else line.second_id,
                second_price=None if at == 0 else line.second_price,
            )
            for at, line in enumerate(lines)
        ],
        "reason": sent.data["reason"],
    }


def _first_under_way(sent: Sent) -> int | None:
    """Of several parcels the one that left first has arrived."""
    column = sent.record.column
    left = (
        [each for each in column.shipments if each.state == ShipmentState.SHIPPED] if column else []
    )
    return left[0].pk if left else None


BEGINNING = (
    Command(
        code="exchange-instead",
        label="Exchange instead",
        permission=P.OPEN_CASE,
        says="Something else goes out for these goods. It is quoted and held now; tell the "
        "customer what it comes to, then confirm. What lies at the workshop is given up there: it "
        "stays here, in quarantine, and its credit pays for what goes out.",
        done="The exchange is quoted and its stock held. Confirm it once the customer agrees.",
        form=ExchangeInsteadForm,
        carry_out=lambda sent: exchanges.open_exchange_instead(**sent.data, **sent.on_return),
    ),
)
OF_RETURN = (
    Command(
        code="authorisation",
        label="Authorise",
        permission=P.DECIDE_CASE,
        says="The goods may come back. The customer gets the label, and an exchange that was "
        "quoted is confirmed.",
        done="The return is authorised.",
        form=AuthoriseForm,
        carry_out=lambda sent: returns.authorise_return(**sent.data, **sent.on_return),
    ),
    Command(
        code="rejection",
        label="Reject",
        permission=P.DECIDE_CASE,
        says="The goods may not come back, and an exchange of this case ends: its stock is free "
        "again at once. The customer is told why.",
        done="The return is rejected.",
        form=ReasonForm,
        kind="danger",
        carry_out=lambda sent: returns.reject_return(**sent.data, **sent.on_return),
    ),
    Command(
        code="risk-clearance",
        label="Clear the risk",
        permission=P.DECIDE_CASE,
        says="You have looked at what is unusual about this case. What waits because of it goes "
        "on: the replacement is released and what is owed is paid out, as far as nothing else "
        "is in the way.",
        done="The risk is cleared.",
        form=ClearRiskForm,
        carry_out=lambda sent: returns.clear_risk(**sent.data, **sent.on_return),
    ),
    Command(
        code="departure",
        label="Parcel is on its way",
        permission=P.OPEN_CASE,
        says="The customer has handed the parcel over.",
        done="The parcel is on its way.",
        carry_out=lambda sent: returns.mark_departed(**sent.on_return),
    ),
    Command(
        code="cancellation",
        label="Cancel case",
        permission=P.CANCEL_CASE,
        says="Nothing comes back and nothing is refunded. The units may be asked back again later.",
        done="The case is cancelled.",
        form=ReasonForm,
        kind="danger",
        carry_out=lambda sent: returns.cancel_return(**sent.data, **sent.on_return),
    ),
    Command(
        code="assignment",
        label="Take case",
        permission=P.OPEN_CASE,
        says="You work on this case from here on.",
        done="The case is yours.",
        carry_out=lambda sent: returns.take_case(**sent.on_return),
    ),
    Command(
        code="notes",
        label="Add note",
        permission=P.OPEN_CASE,
        says="Stays with the case, in the timeline.",
        done="The note is kept.",
        form=NoteForm,
        carry_out=lambda sent: returns.write_note(**sent.data, **sent.on_return),
    ),
)
OF_EXCHANGE = (
    Command(
        code="acceptance",
        label="Confirm exchange",
        permission=P.OPEN_CASE,
        says="The quote is accepted: the new order is made and the hold runs on.",
        done="The exchange is confirmed.",
        carry_out=lambda sent: exchanges.accept_quote(**sent.on_exchange),
    ),
    Command(
        code="quote",
        label="Quote again",
        permission=P.OPEN_CASE,
        says="Prices and stock of now make a new quote.",
        done="There is a new quote.",
        carry_out=lambda sent: exchanges.quote_exchange(**sent.on_exchange),
    ),
    Command(
        code="approval-request",
        label="Ask for approval",
        permission=P.OPEN_CASE,
        says="The leads are asked for this quote as it stands.",
        done="A lead is asked.",
        carry_out=lambda sent: exchanges.ask_approval(**sent.on_exchange),
    ),
    Command(
        code="payment",
        label="Charge card on file",
        permission=P.OPEN_CASE,
        says="What is still to be paid is taken from the card the customer left with us. The hold "
        "cannot end while the provider is asked.",
        done="The provider is asked. The case goes on by itself once the money is there.",
        form=PaymentForm,
        carry_out=lambda sent: exchanges.collect_payment(**sent.data, **sent.on_exchange),
    ),
    Command(
        code="payment-link",
        label="Send payment link",
        permission=P.OPEN_CASE,
        says="The customer gets a link by e-mail. It lasts a week, or as long as the hold.",
        done="The link is on its way. The case goes on by itself once it is paid.",
        carry_out=lambda sent: exchanges.send_payment_link(**sent.on_exchange),
    ),
    Command(
        code="substitution",
        label="Send something else",
        permission=P.OPEN_CASE,
        says="What is held is given back and the other held in the same moment. At the same price "
        "nothing else changes; a difference is approved and paid as always.",
        done="Something else goes out.",
        form=SubstituteForm,
        carry_out=lambda sent: exchanges.substitute_replacement(
            **_substituting(sent), **sent.on_exchange
        ),
    ),
    Command(
        code="adjustment",
        label="Fee or price",
        permission=P.OPEN_CASE,
        says="This makes a new quote. An approval of the old one is void, and a price set by hand "
        "needs a new one.",
        done="There is a new quote.",
        form=AdjustForm,
        carry_out=lambda sent: exchanges.adjust_quote(**_adjusting(sent), **sent.on_exchange),
    ),
    Command(
        code="hold",
        label="Hold again",
        permission=P.HOLD_STOCK,
        says="The stock is held anew, where it was or where there is some.",
        done="The stock is held again.",
        carry_out=lambda sent: exchanges.hold_again(**sent.on_exchange),
    ),
    Command(
        code="hold-extension",
        label="Extend hold",
        permission=P.HOLD_STOCK,
        says="The hold runs once more for its full length, from now.",
        done="The hold runs longer.",
        form=ReasonForm,
        carry_out=lambda sent: exchanges.extend_hold(**sent.data, **sent.on_exchange),
    ),
    Command(
        code="hold-release",
        label="Give the stock back",
        permission=P.HOLD_STOCK,
        says="Every channel may sell it again. The exchange stays open and can hold stock again.",
        done="The stock is free again.",
        form=ReasonForm,
        carry_out=lambda sent: exchanges.release_hold(**sent.data, **sent.on_exchange),
    ),
    Command(
        code="release",
        label="Release to warehouse",
        permission=P.SHIP_GOODS,
        says="The warehouse may pick it. From here on nothing is cancelled.",
        done="The warehouse has it.",
        carry_out=lambda sent: exchanges.release_replacement(**sent.on_exchange),
    ),
    Command(
        code="shipment",
        label="Ship",
        permission=P.SHIP_GOODS,
        says="The parcel has left. The customer gets the tracking number by e-mail.",
        done="The replacement is on its way.",
        form=ShipForm,
        carry_out=lambda sent: exchanges.ship_replacement(**sent.data, **sent.on_exchange),
    ),
    Command(
        code="visit",
        label="Make appointment",
        permission=P.OPEN_CASE,
        says="One visit for everything that is left to do there. The customer is told the day and "
        "time; an appointment that was made is moved.",
        done="The appointment is made.",
        form=VisitForm,
        carry_out=lambda sent: exchanges.arrange_visit(**sent.data["slot"], **sent.on_exchange),
    ),
    Command(
        code="delivery",
        label="Confirm delivery",
        permission=P.SHIP_GOODS,
        says="The customer has the replacement. With the goods accepted, the case closes.",
        done="The replacement is delivered.",
        carry_out=lambda sent: exchanges.confirm_delivery(
            shipment_id=_first_under_way(sent), **sent.on_exchange
        ),
    ),
    Command(
        code="refused-goods",
        label="Refused goods",
        permission=P.CANCEL_CASE,
        says="The replacement has left, and what came back for it was refused. Nothing is charged "
        "before you decide. Above your limit a second person has to agree first.",
        done="Decided, or put up for approval: see the timeline.",
        form=RefusedGoodsForm,
        carry_out=lambda sent: exchanges.decide_refused_goods(**sent.data, **sent.on_exchange),
    ),
    Command(
        code="second-wish",
        label="Second wish",
        permission=P.OPEN_CASE,
        says="If what was chosen first runs out, this goes out by itself, for at most what it "
        "costs now. What costs more by then is asked of the customer. The quote stands.",
        done="Noted. What it may cost at most stands with the exchange: say it to the customer.",
        form=SecondWishForm,
        carry_out=lambda sent: exchanges.note_second_wish(
            position=sent.data["position"], variant_id=sent.data["sku"], **sent.on_exchange
        ),
    ),
    Command(
        code="replacement",
        label="Change replacement",
        permission=P.OPEN_CASE,
        says="What is held is given back and the other held in the same moment, with a new quote. "
        "An approval of the old one is void; what was paid counts, and too much goes back.",
        done="There is a new quote.",
        form=ReplacementForm,
        carry_out=lambda sent: exchanges.quote_exchange(
            replacements=_changing(sent), **sent.on_exchange
        ),
    ),
)
COMMANDS = (*OF_RETURN, *OF_SETTLEMENT, *BEGINNING, *OF_EXCHANGE, *OF_ENDING)
COMMAND_OF_CODE = {command.code: command for command in COMMANDS}

__all__ = ["COMMANDS", "COMMAND_OF_CODE", "Command", "Sent", "say_first"]
