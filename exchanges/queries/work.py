"""What is left to do at a customer's, and the appointments of a day."""

from __future__ import annotations

from collections import Counter

from core.events import reference
from exchanges.models import Exchange, ExchangeLine
from exchanges.queries.lines import list_exchanged_lines, list_lines
from exchanges.rules import ExchangeFacts
from exchanges.rules.visits import NewGoods, OldGoods, may_leave, plan_tasks
from fulfilment import queries as parcels
from fulfilment.models import WorkTask
from fulfilment.rules import PlannedTask
from fulfilment.states import ShipmentState, TaskKind, TaskState
from returns.states import LineDecision


def needs_visit(exchange: Exchange) -> bool:
    """Something that goes out has to be installed, so a crew brings it."""
    return any(line.variant.product.needs_installation for line in list_lines(exchange))


def plan_visit(exchange: Exchange, facts: ExchangeFacts) -> list[PlannedTask]:
    """The tasks that an appointment made now is for."""
    back = [
        OldGoods(
            reference=reference(line),
            title=line.order_line.title,
            awaited=line.awaited if line.decision == LineDecision.AUTHORISED else 0,
            is_installed=bool(
                line.order_line.variant and line.order_line.variant.product.needs_installation
            ),
        )
        for line in list_exchanged_lines(exchange)
    ]
    installed = _count_installed(exchange)
    there = count_there(exchange)
    out = [
        NewGoods(
            reference=reference(line),
            title=line.variant.full_title,
            coming=_count_coming(line, facts) - there[line.order_line_id],
            needs_installation=line.variant.product.needs_installation,
            there=there[line.order_line_id],
            installed=installed[reference(line)],
        )
        for line in list_lines(exchange)
    ]
    return plan_tasks(back=back, out=out, brings=may_leave(facts))


def count_there(exchange: Exchange) -> Counter[int | None]:
    """Units that have arrived, by line of the replacement order."""
    there: Counter[int | None] = Counter()
    for shipment in parcels.list_shipments(reference(exchange)):
        if shipment.state == ShipmentState.DELIVERED:
            for packed in shipment.lines.all():
                there[packed.order_line_id] += packed.quantity
    return there


def _count_coming(line: ExchangeLine, facts: ExchangeFacts) -> int:
    """Units that may be there when all is done: of what leaves part by part no more than may."""
    if not facts.is_parted and facts.part is None:
        return line.quantity - line.dropped
    return line.released + (facts.part.units.get(line.position, 0) if facts.part else 0)


def _count_installed(exchange: Exchange) -> Counter[str]:
    """Units that were put in, by line."""
    done = WorkTask.objects.filter(
        visit__work_order__reference=reference(exchange),
        kind=TaskKind.INSTALL,
        state=TaskState.DONE,
    )
    installed: Counter[str] = Counter()
    for task in done:
        installed[task.reference] += task.quantity
    return installed
