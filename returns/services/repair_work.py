"""A repair as every step of it takes it in hand, and lays it down again."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple
from uuid import UUID

from core.actors import Actor
from core.transactions import requires_transaction
from returns.models import Repair, Return, ReturnLine
from returns.queries import read_lines
from returns.services.admitting import tell_repair
from returns.services.case import lock_case


class Work(NamedTuple):
    """A repair with its line and its case, which is locked."""

    repair: Repair
    line: ReturnLine
    case: Return


@requires_transaction
def lock_work(repair_id: int, *, version: int | None, actor: Actor, now: dt.datetime) -> Work:
    """Raises StaleVersion where the caller saw another version of the case."""
    case_id = Repair.objects.values_list("return_line__return_case", flat=True).get(pk=repair_id)
    case = lock_case(return_id=case_id, version=version, actor=actor, now=now)
    repair = Repair.objects.get(pk=repair_id)
    line = next(line for line in read_lines(case) if line.pk == repair.return_line_id)
    repair.return_line = line
    return Work(repair, line, case)


@requires_transaction
def keep_repair(
    repair: Repair,
    happened: str,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
    **facts: object,
) -> Repair:
    repair.save()
    tell_repair(repair, happened, actor=actor, now=now, op_id=op_id, **facts)
    return repair
