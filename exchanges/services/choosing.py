"""One of the outcomes that were weighed side by side, taken with one yes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput
from core.operations import operation
from core.transactions import requires_transaction
from core.verdicts import Verdict
from exchanges import locks, queries, rules
from exchanges.models import Exchange
from exchanges.rules import OptionKind, WantedReplacement
from exchanges.services.ending import close_what_is_settled, convert_locked
from exchanges.services.opening import open_instead_locked
from exchanges.services.quoting import revise
from exchanges.services.timeline import Who
from returns import services as returns
from returns.models import CaseNote, Return, ReturnLine
from returns.states import Outcome

ABOUT = "exchange.take_option"


@operation("exchange.take_option")
def take_option(
    *,
    return_id: int,
    version: int | None,
    kind: str,
    reason: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    replacements: Sequence[WantedReplacement] = (),
    rate: Decimal | None = None,
) -> Return:
    """Carry an option of `list_options` out, by the commands that there are, all of it or nothing.

    `replacements` are those of the option; `rate` is the part of the value given to who keeps the
    goods. What policy forbids is refused here as it was shown. Raises `BadInput`, `ActionBlocked`,
    `OutOfStock`, `NoPrice`, `NoTaxRate`, `StaleVersion`.
    """
    if kind not in tuple(OptionKind):
        raise BadInput("Choose one of the outcomes.", field="kind")
    exchange, case = _lock(return_id, version=version, actor=actor, now=now)
    option = queries.weigh_option(case, OptionKind(kind), now=now, rate=rate)
    Verdict.of(*option.reasons).require("That outcome cannot be taken.")
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    if kind in rules.SWAPS:
        _swap(exchange, case, replacements, reason=reason, **who)
        return case
    lines = queries.list_open_lines(case, exchange)
    note = returns.keep_reason(case=case, about=ABOUT, reason=reason, actor=actor, now=now)
    if exchange is not None:
        convert_locked(exchange, note=note.pk, asks_policy=kind != OptionKind.REPAIR, **who)
    _settle_otherwise(case, lines, OptionKind(kind), note, rate=option.rate, **who)
    if exchange is not None:
        close_what_is_settled(exchange, **who)
    return case


def _lock(
    return_id: int, *, version: int | None, actor: Actor, now: dt.datetime
) -> tuple[Exchange | None, Return]:
    """The exchange under way, if there is one, and its case, in the order of the locks."""
    live = queries.find_live_id(return_id)
    if live is not None:
        exchange = locks.lock_exchange(live, version=version, actor=actor, now=now)
        return exchange, exchange.return_case
    return None, returns.lock_case(return_id=return_id, version=version, actor=actor, now=now)


@requires_transaction
def _swap(
    exchange: Exchange | None,
    case: Return,
    replacements: Sequence[WantedReplacement],
    *,
    reason: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    """Another replacement, with a quote of its own. What was confirmed is confirmed as it is now;
    a first one waits until the customer has agreed to it."""
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    if exchange is None:
        open_instead_locked(case, replacements=replacements, reason=reason, **who)
        return
    rules.can_quote(queries.read_facts(exchange)).require("No new quote can be made.")
    revise(exchange, replacements=replacements, **who)


@requires_transaction
def _settle_otherwise(
    case: Return,
    lines: Sequence[ReturnLine],
    kind: OptionKind,
    note: CaseNote,
    *,
    rate: Decimal | None,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    outcome = Outcome.REPAIR if kind == OptionKind.REPAIR else Outcome.REFUND
    others = [line for line in lines if line.outcome != outcome]
    if kind == OptionKind.KEEP_IT:
        others = [line for line in others if line.outcome == Outcome.REPAIR]
    if others:
        returns.change_locked(case, others, outcome=outcome, note=note, **who)
    if kind == OptionKind.KEEP_IT:
        units = {line.pk: line.awaited for line in lines}
        returns.keep_locked(case, note=note, units=units, rate=rate, **who)
