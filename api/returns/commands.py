"""What a partner's program may do with a return: the console's commands, one address each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.commands import Command, Nothing, Reasoned
from api.returns.actions import list_actions
from api.returns.bodies import ClosedShort, Kept, NewOutcome
from api.returns.reading import find_line, read_units
from api.returns.telling import ReturnNow
from api.returns.views import AboutReturns
from api.scopes import Scope
from api.shapes import AllowedAction
from returns import services
from returns.models import Return


class ReturnCommand(AboutReturns, Command):
    scopes = {"POST": Scope.WRITE_RETURNS}
    bodies = {"POST": Reasoned}
    answers = {"POST": ReturnNow}

    def list_actions(self, found: Return) -> list[AllowedAction]:
        return list_actions(found, decider=self.actor.ref)


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
