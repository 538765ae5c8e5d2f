"""The steps of a repair: who may take them, what they say first, and which service they call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django import forms

from console.repairs.forms import (
    CostForm,
    EstimateForm,
    GiveUpForm,
    NothingAsked,
    ParcelForm,
    WorkshopForm,
)
from core.roles import Permission
from core.verdicts import Verdict
from returns import services as returns
from returns.models import Repair
from returns.rules import repairs as rules

P = Permission
GIVING_UP = "giving-up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command on a repair. `says` is read before the yes, `done` after it."""

    code: str
    label: str
    permission: Permission
    says: str
    done: str
    may: Callable[[str], Verdict]
    carry_out: Callable[..., Repair]
    form: type[forms.Form] = NothingAsked
    kind: Literal["primary", "secondary", "danger"] = "primary"


STEPS = (
    Step(
        code="workshop",
        label="Hand to the workshop",
        permission=P.INSPECT_GOODS,
        says="The goods leave the shelf for the bench. They stay the customer's.",
        done="The workshop has it.",
        may=rules.can_begin,
        carry_out=returns.send_to_workshop,
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
        carry_out=returns.estimate_repair,
        form=EstimateForm,
    ),
    Step(
        code="agreement",
        label="Customer agrees",
        permission=P.OPEN_CASE,
        says="The repair goes ahead, and the customer owes the estimate from now on.",
        done="Agreed: the amount is due.",
        may=rules.can_answer_estimate,
        carry_out=returns.accept_estimate,
    ),
    Step(
        code="refusal",
        label="Customer declines",
        permission=P.OPEN_CASE,
        says="Nothing is mended, nothing is owed, and the goods go back as they are.",
        done="Declined.",
        may=rules.can_answer_estimate,
        carry_out=returns.decline_estimate,
        kind="secondary",
    ),
    Step(
        code="finish",
        label="It is repaired",
        permission=P.INSPECT_GOODS,
        says="It works again and may go back. The cost is ours, whatever the customer pays.",
        done="Repaired.",
        may=rules.can_finish,
        carry_out=returns.finish_repair,
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
        carry_out=returns.send_back_repaired,
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
        carry_out=returns.give_up_repair,
        form=GiveUpForm,
        kind="danger",
    ),
)
STEP_OF_CODE = {step.code: step for step in STEPS}
