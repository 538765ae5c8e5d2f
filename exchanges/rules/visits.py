"""What a crew does at the customer's, and which reports of it can be true (S33)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from core.errors import BadInput
from core.verdicts import Verdict
from exchanges.rules.facts import ACCEPTED, ExchangeFacts, Goods
from exchanges.rules.obstacles import say_return_ended, say_wrong_state
from exchanges.states import ExchangeState, ExchangeType
from fulfilment.rules import PlannedTask
from fulfilment.states import CREW_IS_OUT, TaskKind, WorkOrderState

S, W = ExchangeState, WorkOrderState


@dataclass(frozen=True, slots=True, kw_only=True)
class OldGoods:
    """Units of a return line that have yet to come; `is_installed`: they have to be taken off."""

    reference: str
    title: str
    awaited: int
    is_installed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGoods:
    """A line that goes out: units that a crew may bring, and how far the line is.

    `there` are units of it that stand at the customer's, `installed` those that were put in.
    """

    reference: str
    title: str
    coming: int
    needs_installation: bool
    there: int
    installed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTask:
    """A task of a visit that is reported; `reference` names the line that it is about."""

    pk: int
    kind: str
    reference: str = ""


def can_arrange_visit(facts: ExchangeFacts) -> Verdict:
    """Whether an appointment may be made, or moved: until the crew has left for it."""
    if not facts.needs_visit:
        return Verdict.refuse("Nothing of it has to be installed.")
    if facts.work_state in CREW_IS_OUT:
        return Verdict.refuse("The crew is on its way.")
    if facts.state in (S.DELIVERED, S.COMPLETED) and facts.work_state == W.FAILED_VISIT:
        return Verdict.allow()  # it stands there, and has yet to be installed
    if facts.state not in ACCEPTED | {S.RELEASING, S.PARTLY_SHIPPED}:
        return Verdict.refuse(say_wrong_state(facts, "The quote is not confirmed yet."))
    if facts.type == ExchangeType.ADVANCED_PREPAID and facts.waits_with_rest:
        return Verdict.allow()  # all of it is paid for, whatever comes back
    return Verdict.of(say_return_ended(facts))


def may_leave(facts: ExchangeFacts) -> bool:
    """Whether a visit brings the new goods too, or only fetches the old ones."""
    may_part = facts.is_parted or facts.part is not None
    return facts.type != ExchangeType.REGULAR or facts.goods == Goods.ACCEPTED or may_part


def plan_tasks(
    *, back: Sequence[OldGoods], out: Sequence[NewGoods], brings: bool
) -> list[PlannedTask]:
    """Everything that is left to do there, in the order in which a crew does it."""
    due = [goods for goods in back if goods.awaited]
    tasks = [_task(TaskKind.UNINSTALL, goods, goods.awaited) for goods in due if goods.is_installed]
    tasks += [_task(TaskKind.PICK_UP, goods, goods.awaited) for goods in due]
    coming = [goods for goods in out if brings and goods.coming]
    tasks += [_task(TaskKind.DELIVER, goods, goods.coming) for goods in coming]
    for goods in out:
        bare = goods.there + (goods.coming if goods in coming else 0) - goods.installed
        if goods.needs_installation and bare > 0:
            tasks.append(_task(TaskKind.INSTALL, goods, bare))
    return tasks


def check_report(tasks: Sequence[DueTask], not_done: Collection[int]) -> None:
    """Raises BadInput for what cannot have happened: installed, and never brought.

    Line by line: of two machines one may be taken and the other be out of reach, one may be put
    in and the other have a dent.
    """
    done = {(task.kind, task.reference): task.pk not in not_done for task in tasks}
    for (kind, line), is_done in done.items():
        if kind == TaskKind.INSTALL and is_done and not done.get((TaskKind.DELIVER, line), True):
            raise BadInput("What was not delivered cannot have been installed.", field="tasks")
        if kind == TaskKind.PICK_UP and is_done and not done.get((TaskKind.UNINSTALL, line), True):
            raise BadInput("What is still installed cannot have been picked up.", field="tasks")


def find_unknown(tasks: Sequence[DueTask], not_done: Mapping[int, str]) -> set[int]:
    """Tasks of the report that are none of the visit's."""
    return set(not_done) - {task.pk for task in tasks}


def _task(kind: TaskKind, goods: OldGoods | NewGoods, quantity: int) -> PlannedTask:
    return PlannedTask(kind=kind, reference=goods.reference, title=goods.title, quantity=quantity)
