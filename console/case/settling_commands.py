"""Commands that settle a case otherwise, or open it once more: what they ask, say and do."""

from __future__ import annotations

from console.case.command import Command
from console.case.forms import ReasonForm
from console.case.settling_forms import (
    ExceptionForm,
    KeepItForm,
    OutcomeForm,
    PromotionForm,
    ShortCloseForm,
)
from core.roles import Permission
from returns import services as returns

P = Permission
OF_SETTLEMENT = (
    Command(
        code="outcome",
        label="Change outcome",
        permission=P.OPEN_CASE,
        says="The goods are settled in another way once they pass. Nothing moves now; the draft of "
        "the credit memo follows.",
        done="The outcome is changed.",
        form=OutcomeForm,
        carry_out=lambda sent: returns.change_outcome(**sent.data, **sent.on_return),
    ),
    Command(
        code="exception",
        label="Ask for an exception",
        permission=P.OPEN_CASE,
        says="Policy is against settling these goods so. A second person is asked; once they agree "
        "the way is open here, and you take it. Nothing changes by itself.",
        done="A second person is asked.",
        form=ExceptionForm,
        carry_out=lambda sent: returns.ask_exception(**sent.data, **sent.on_return),
    ),
    Command(
        code="promotion",
        label="Broken promotion",
        permission=P.OPEN_CASE,
        says="What stays with the customer would not have earned its discount. The choice counts "
        "for credit memos from now on; until there is one, the customer keeps the discount.",
        done="The choice is kept.",
        form=PromotionForm,
        carry_out=lambda sent: returns.choose_promotion(**sent.data, **sent.on_return),
    ),
    Command(
        code="keep-it",
        label="Let them keep it",
        permission=P.OPEN_CASE,
        says="What is still awaited need not come. The credit memo is issued at once, and the "
        "units cannot be asked back again. Beyond what policy gives a second person is asked "
        "first, and it is done when they say yes.",
        done="Kept and credited, or put up for approval: see the timeline.",
        form=KeepItForm,
        carry_out=lambda sent: returns.keep_goods(**sent.data, **sent.on_return),
    ),
    Command(
        code="short-close",
        label="Close short",
        permission=P.CANCEL_CASE,
        says="What is still awaited never comes, and the case goes on without it. Where nothing is "
        "credited its units may be asked back again; its stock held for an exchange is freed. "
        "Goodwill or keeping beyond policy waits for a second person first.",
        done="The rest is given up, or put up for approval: see the timeline.",
        form=ShortCloseForm,
        kind="danger",
        carry_out=lambda sent: returns.short_close(**sent.data, **sent.on_return),
    ),
    Command(
        code="appeal",
        label="Appeal",
        permission=P.OPEN_CASE,
        says="The customer does not accept the rejection. The units are claimed again, and a lead "
        "who did not reject it decides once more; after that it stands.",
        done="The rejection is looked at again.",
        form=ReasonForm,
        carry_out=lambda sent: returns.appeal_return(**sent.data, **sent.on_return),
    ),
    Command(
        code="reopening",
        label="Open again",
        permission=P.OPEN_CASE,
        says="What inspection refused is looked at once more, by another person than who refused "
        "it. If they let it pass it is credited as it was graded.",
        done="The case is open again.",
        form=ReasonForm,
        carry_out=lambda sent: returns.reopen_return(**sent.data, **sent.on_return),
    ),
    Command(
        code="late-arrival",
        label="Take the goods in late",
        permission=P.DECIDE_CASE,
        says="The goods have come after all. The case can receive them as before; an exchange of "
        "it has ended, so they are refunded.",
        done="The goods may be received.",
        form=ReasonForm,
        carry_out=lambda sent: returns.take_in_late(**sent.data, **sent.on_return),
    ),
)
