"""What may be done about a hold from the board: the case's own commands, at the hold's address."""

from __future__ import annotations

from dataclasses import dataclass

from console.case.actions import find_verdict
from console.case.commands import COMMAND_OF_CODE, Command
from console.case.record import CaseRecord, read_case
from console.rights import Rights
from core.events import reference
from core.verdicts import Verdict
from exchanges.models import ExchangeLine
from inventory.models import Reservation

# What the domain's queries call an action, and the command of the case that does it.
CODE_OF_HOLD_ACTION = {
    "extend_hold": "hold-extension",
    "release_hold": "hold-release",
    "hold_again": "hold",
}
URL_NAMES = {
    "hold-extension": "hold_extension",
    "hold-release": "hold_release",
    "hold": "hold_again",
}
# Why the case does not even offer it.
MOOT = {
    "hold-extension": "The hold has ended: hold the stock again.",
    "hold-release": "The hold has ended: there is nothing to give back.",
    "hold": "The stock is held already.",
}
COMMANDS: dict[str, Command] = {code: COMMAND_OF_CODE[code] for code in URL_NAMES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A command on one hold, with the case that it changes and whether it may be used now."""

    hold: Reservation
    command: Command
    record: CaseRecord
    verdict: Verdict


def read_asked(hold: Reservation, line: ExchangeLine, command: Command, rights: Rights) -> Asked:
    """Raises Http404 where the case of the hold may not be seen."""
    record = read_case(line.exchange.return_case.number, rights)
    return Asked(
        hold=hold, command=command, record=record, verdict=_judge(command, hold, record, rights)
    )


def _judge(command: Command, hold: Reservation, record: CaseRecord, rights: Rights) -> Verdict:
    lines = record.column.lines if record.column else []
    if hold.reference not in {reference(line) for line in lines}:
        return Verdict.refuse("This hold belongs to an exchange that is over.")
    verdict = find_verdict(command.code, record, rights)
    if verdict is None:
        return Verdict.refuse(MOOT[command.code])
    return verdict
