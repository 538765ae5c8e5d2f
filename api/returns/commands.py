"""What a partner's program may do with a return: the console's commands, one address each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.commands import Command, Nothing, Reasoned
from api.exchanges import bodies
from api.exchanges.reading import read_replacements
from api.returns.actions import list_actions
from api.returns.bodies import ClosedShort, Kept, NewOutcome, WantedException
from api.returns.reading import find_line, read_units
from api.returns.telling import ReturnNow
from api.returns.views import AboutReturns
from api.scopes import Scope
from api.shapes import AllowedAction
from core import clock
from exchanges.services import open_exchange_instead
from returns import services
from returns.models import Return
from returns.queries import read_lines


class ReturnCommand(AboutReturns, Command):
    scopes = {"POST": Scope.WRITE_RETURNS}
    bodies = {"POST": Reasoned}
    answers = {"POST": ReturnNow}

    def list_actions(self, found: Return) -> list[AllowedAction]:
        return list_actions(found, decider=self.actor.ref, now=clock.now(self.partner))


class AuthorisedReturn(ReturnCommand):
    """A person lets a case in review go on; rejected lines stay rejected."""

    scopes = {"POST": Scope.DECIDE_RETURNS}

    def act(self, found: Return, said: Mapping[str, Any], **who: Any) -> None:
        services.authorise_return(return_id=found.pk, reason=said["reason"], **who)


class RejectedReturn(ReturnCommand):
    """A person turns a case in review down; its units may be asked back again."""

    scopes = {"POST": Scope.DECIDE_RETURNS}

    def act(self, found: Return, said: Mapping[str, Any], **who: Any) -> None:
        services.reject_return(return_id=found.pk, reason=said["reason"], **who)


class ClearedRisk(ReturnCommand):
    """Somebody has looked at what is unusual and lets the case go on; not who opened it."""

    scopes = {"POST": Scope.DECIDE_RETURNS}

    def act(self, found: Return, said: Mapping[str, Any], **who: Any) -> None:
        services.clear_risk(return_id=found.pk, reason=said["reason"], **who)


class DepartedReturn(ReturnCommand):
    """The customer has handed the goods to a carrier."""

    bodies = {"POST": Nothing}

    def act(self, found: Return, said: Mapping[str, Any], **who: Any) -> None:
        services.mark_departed(return_id=found.pk, **who)


class ChangedOutcome(ReturnCommand):
    """Another outcome for a line of which nothing is settled yet."""

    bodies = {"POST": NewOutcome}

    def act(self, found: Return, said: Mapping[str, Any], **who: Any) -> None:
        services.change_outcome(
            return_id=found.pk,
            line_id=find_line(found, said["line"], pointer="/line"),
            outcome=said["outcome"],
            reason=said["reason"],
            **who,
        )


class AskedException(ReturnCommand):
    """A second person is asked to let goods be settled in a way that policy is against."""

    bodies = {"POST": WantedException}

    def act(self, found: Return, said: Mapping[str, Any], **who: Any) -> None:
        services.ask_exception(
            return_id=found.pk, outcome=said["outcome"], reason=said["reason"], **who
        )


class ExchangedInstead(ReturnCommand):
    """Something goes out for lines that were to be refunded or repaired: quoted and held.

    The exchange stands in the answer; `accept` it once the customer agrees to its quote.
    """

    scopes = {"POST": Scope.WRITE_EXCHANGES}
    bodies = {"POST": bodies.ExchangedInstead}

    def act(self, found: Return, said: Mapping[str, Any], **who: Any) -> None:
        lines = [line.order_line_id for line in read_lines(found)]
        open_exchange_instead(
            return_id=found.pk,
            replacements=read_replacements(self.partner, said["replacements"], lines),
            exchange_type=said["type"],
            reason=said["reason"],
            **who,
        )


class KeptGoods(ReturnCommand):
    """The customer keeps goods that are awaited; what is beyond policy waits for approval."""

    bodies = {"POST": Kept}

    def act(self, found: Return, said: Mapping[str, Any], **who: Any) -> None:
        units = read_units(found, said)
        services.keep_goods(return_id=found.pk, reason=said["reason"], units=units, **who)


class ShortClosedReturn(ReturnCommand):
    """What is still awaited never comes; the rule says what is credited."""

    scopes = {"POST": Scope.DECIDE_RETURNS}
    bodies = {"POST": ClosedShort}

    def act(self, found: Return, said: Mapping[str, Any], **who: Any) -> None:
        services.short_close(
            return_id=found.pk,
            rule=said["rule"],
            reason=said["reason"],
            units=read_units(found, said),
            **who,
        )


class AppealedReturn(ReturnCommand):
    """The customer does not accept a rejection: another person decides, once."""

    def act(self, found: Return, said: Mapping[str, Any], **who: Any) -> None:
        services.appeal_return(return_id=found.pk, reason=said["reason"], **who)


class CancelledReturn(ReturnCommand):
    """The case is called off before its goods are here."""

    def act(self, found: Return, said: Mapping[str, Any], **who: Any) -> None:
        services.cancel_return(return_id=found.pk, reason=said["reason"], **who)
