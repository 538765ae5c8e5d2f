"""The steps of a repair: who may take them, what they say first, and which service they call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from console import commanding
from console.repairs.forms import (
    CostForm,
    EstimateForm,
    GiveUpForm,
    ParcelForm,
    WorkshopForm,
)
from core.roles import Permission
from core.verdicts import Verdict
from returns import services as returns
from returns.rules import repairs as rules

P = Permission
GIVING_UP = "giving-up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent(commanding.Sent):
    """It is about one repair."""

    repair_id: int

    @property
    def on_repair(self) -> dict[str, Any]:
        return {"repair_id": self.repair_id, **self.who}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(commanding.Command[Sent]):
    """One command on a repair; `may` says by the repair's state whether it is its turn."""

    may: Callable[[str], Verdict]
    kind: Literal["primary", "secondary", "danger"] = "primary"


STEPS = (
    Step(
        code="workshop",
        label="Hand to the workshop",
        permission=P.INSPECT_GOODS,
        says="The goods leave the shelf for the bench. They stay the customer's.",
        done="The workshop has it.",
        may=rules.can_begin,
        carry_out=lambda sent: returns.send_to_workshop(**sent.data, **sent.on_repair),
        form=WorkshopForm,
    ),
    Step(
        code="estimate",
        label="Give the estimate",
        permission=P.INSPECT_GOODS,
        says="Under warranty the repair goes ahead at once and is free. Otherwise the customer is "
        "asked, and nothing is done until they agree.",
        done="The estimate is kept.",
        may=rules.can_estimate,
        carry_out=lambda sent: returns.estimate_repair(**sent.data, **sent.on_repair),
        form=EstimateForm,
    ),
    Step(
        code="agreement",
        label="Customer agrees",
        permission=P.OPEN_CASE,
        says="The repair goes ahead, and the customer owes the estimate from now on.",
        done="Agreed: the amount is due.",
        may=rules.can_answer_estimate,
        carry_out=lambda sent: returns.accept_estimate(**sent.data, **sent.on_repair),
    ),
    Step(
        code="refusal",
        label="Customer declines",
        permission=P.OPEN_CASE,
        says="Nothing is mended, nothing is owed, and the goods go back as they are.",
        done="Declined.",
        may=rules.can_answer_estimate,
        carry_out=lambda sent: returns.decline_estimate(**sent.data, **sent.on_repair),
        kind="secondary",
    ),
    Step(
        code="finish",
        label="It is repaired",
        permission=P.INSPECT_GOODS,
        says="It works again and may go back. The cost is ours, whatever the customer pays.",
        done="Repaired.",
        may=rules.can_finish,
        carry_out=lambda sent: returns.finish_repair(**sent.data, **sent.on_repair),
        form=CostForm,
    ),
    Step(
        code="way-back",
        label="Send it back",
        permission=P.SHIP_GOODS,
        says="The parcel has left. The units are the customer's as before and may be asked back "
        "again; with nothing else open the case closes.",
        done="It is on its way back.",
        may=rules.can_send_back,
        carry_out=lambda sent: returns.send_back_repaired(**sent.data, **sent.on_repair),
        form=ParcelForm,
    ),
    Step(
        code=GIVING_UP,
        label="Not repairable",
        permission=P.OPEN_CASE,
        says="The goods stay here, in quarantine, and are credited from what was paid for them; a "
        "credit memo is issued at once.",
        done="Given up: the customer is credited.",
        may=rules.can_give_up,
        carry_out=lambda sent: returns.give_up_repair(**sent.data, **sent.on_repair),
        form=GiveUpForm,
        kind="danger",
    ),
)
STEP_OF_CODE = {step.code: step for step in STEPS}
