"""How an exchange ends before its time, and what each of these ends is said to do first."""

from __future__ import annotations

from console.case.command import Command
from console.case.forms import CancelExchangeForm, ReasonForm
from console.case.record import CaseRecord
from core.roles import Permission
from exchanges import services as exchanges
from exchanges.rules import plan_drop, plan_end, plan_sale
from returns.states import Outcome

P = Permission
OTHER_ENDS = {"rest-drop": plan_drop, "sale": plan_sale}
ENDS = ("refund", "store-credit", "exchange-cancellation")


def say_first(command: Command, record: CaseRecord) -> str:
    """What is read before the yes: of an end, what its command would do to stock and money."""
    column = record.column
    if column is None:
        return command.says
    if command.code in OTHER_ENDS:
        return " ".join(OTHER_ENDS[command.code](column.facts).sentences)
    if command.code not in ENDS:
        return command.says
    has_other_lines = any(line.outcome != Outcome.EXCHANGE for line in record.lines)
    plan = plan_end(
        column.facts,
        continues_return=True,
        as_store_credit=command.code == "store-credit",
        to_come=None if record.draft is None or has_other_lines else record.draft.gross,
    )
    return " ".join(plan.sentences)


OF_ENDING = (
    Command(
        code="rest-drop",
        label="Send no more",
        permission=P.CANCEL_CASE,
        says="What has left stays as it is. The rest is not sent, and what was paid for it goes "
        "back.",
        done="No more of it is sent.",
        form=ReasonForm,
        kind="danger",
        carry_out=lambda sent: exchanges.drop_rest(**sent.data, **sent.on_exchange),
    ),
    Command(
        code="refund",
        label="Refund instead",
        permission=P.CANCEL_CASE,
        says="The hold is released at once and the replacement is not sent. The customer gets the "
        "money back once the goods have passed inspection.",
        done="The exchange became a refund.",
        form=ReasonForm,
        carry_out=lambda sent: exchanges.convert_to_refund(**sent.data, **sent.on_exchange),
    ),
    Command(
        code="sale",
        label="They keep both",
        permission=P.CANCEL_CASE,
        says="The customer keeps the old goods as well: it becomes a sale.",
        done="It becomes a sale once it is paid, and has arrived.",
        form=ReasonForm,
        carry_out=lambda sent: exchanges.convert_to_sale(**sent.data, **sent.on_exchange),
    ),
    Command(
        code="store-credit",
        label="Store credit instead",
        permission=P.CANCEL_CASE,
        says="The hold is released at once and the replacement is not sent. The customer gets "
        "store credit once the goods have passed inspection.",
        done="The exchange became store credit.",
        form=ReasonForm,
        carry_out=lambda sent: exchanges.convert_to_refund(
            as_store_credit=True, **sent.data, **sent.on_exchange
        ),
    ),
    Command(
        code="exchange-cancellation",
        label="Cancel exchange",
        permission=P.CANCEL_CASE,
        says="The hold is released at once: its stock is free for every channel again. No money "
        "has moved, and the new order is cancelled.",
        done="The exchange is cancelled.",
        form=CancelExchangeForm,
        kind="danger",
        carry_out=lambda sent: exchanges.cancel_exchange(**sent.data, **sent.on_exchange),
    ),
)
