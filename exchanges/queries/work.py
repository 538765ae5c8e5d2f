"""What is left to do at a customer's, and the appointments of a day."""

from __future__ import annotations

from core.events import reference
from exchanges.models import Exchange
from exchanges.queries.lines import list_exchanged_lines, list_lines
from exchanges.rules import ExchangeFacts
from exchanges.rules.visits import NewGoods, OldGoods, may_leave, plan_tasks
from exchanges.states import ExchangeState
from fulfilment.models import WorkTask
from fulfilment.rules import PlannedTask
from fulfilment.states import TaskKind, TaskState
from returns.states import LineDecision

ARRIVED = (ExchangeState.DELIVERED, ExchangeState.COMPLETED)


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
    installed = set(
        WorkTask.objects.filter(
            visit__work_order__reference=reference(exchange),
            kind=TaskKind.INSTALL,
            state=TaskState.DONE,
        ).values_list("reference", flat=True)
    )
    out = [
        NewGoods(
            reference=reference(line),
            title=line.variant.full_title,
            quantity=line.quantity - line.dropped,
            needs_installation=line.variant.product.needs_installation,
            is_delivered=exchange.state in ARRIVED,
            is_installed=reference(line) in installed,
        )
        for line in list_lines(exchange)
    ]
    return plan_tasks(back=back, out=out, brings=may_leave(facts))
