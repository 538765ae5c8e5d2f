"""The case page, put together from the record of the case for one reader."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from console.badges import type_word
from console.case.actions import draw_actions, draw_command, find_verdict
from console.case.commands import COMMAND_OF_CODE
from console.case.exchange_side import draw_clock, draw_exchange, is_hold_missing
from console.case.links import list_closing
from console.case.lost import list_lost
from console.case.money import draw_money
from console.case.page import CasePage, LostLine
from console.case.record import CaseRecord
from console.case.return_side import draw_return
from console.case.timeline import draw_tabs, name_of, tell
from console.components import Action, Badge, Banner, Conflict
from console.evidence.drawing import draw_evidence
from console.links import customer_url, order_url
from console.messages.acting import list_leaving
from console.reader import Reader
from console.rights import Rights
from core.events import reference
from exchanges.states import OVER, Evenness
from inventory.states import LIVE
from returns.states import OVER as RETURN_OVER
from returns.states import ReturnState

ENDS_SOON = dt.timedelta(minutes=60)
EVENNESS = {
    Evenness.EVEN: Badge(word="Even exchange", tone="info", icon="equals"),
    Evenness.UPGRADE: Badge(word="Upgrade", tone="info", icon="plus"),
    Evenness.DOWNGRADE: Badge(word="Downgrade", tone="info", icon="minus"),
}


def draw_case(
    record: CaseRecord,
    *,
    reader: Reader,
    rights: Rights,
    shows: str = "",
    banner: Banner | None = None,
    conflict: Conflict | None = None,
) -> CasePage:
    case, order = record.case, record.order
    opener = name_of(case.opened_by, record, reader)
    side = draw_return(record, reader)
    return CasePage(
        number=case.number,
        customer=str(case.customer),
        customer_url=customer_url(case.customer),
        order_number=order.number,
        order_url=order_url(order),
        opened=f"Opened {reader.ago(case.opened_at)} ago by {opener}",
        about=_about(record, reader),
        badges=_badges(record),
        banner=banner or _banner(record, reader, rights),
        conflict=conflict,
        money=draw_money(record, reader),
        return_side=replace(
            side,
            papers=[*side.papers, *list_closing(record, rights)],
            evidence=draw_evidence(
                case,
                record.lines,
                record.decisions,
                reader,
                rights,
                version=case.version,
                seen=record.seen,
            ),
        ),
        exchange_side=draw_exchange(record, reader, lost=_list_lost(record, reader, rights)),
        timeline=tell(record, reader, shows=shows),
        timeline_tabs=draw_tabs(shows),
        actions=draw_actions(record, rights),
        leaving=list_leaving(reference(case), rights, reader),
        is_over=case.state in RETURN_OVER,
    )


def _list_lost(record: CaseRecord, reader: Reader, rights: Rights) -> list[LostLine]:
    column = record.column
    if column is None or not is_hold_missing(column):
        return []
    again = _fix("hold", record, rights)
    lost = list_lost(record, column, reader, rights)
    return [replace(line, again=again if line.is_there else None) for line in lost]


def _about(record: CaseRecord, reader: Reader) -> list[str]:
    case, order = record.case, record.order
    words = [case.channel.name]
    if order.delivered_at:
        words.append(f"delivered {reader.day(order.delivered_at)}")
    words.append(f"{case.customer.account_tier.capitalize()} account")
    if record.earlier_returns:
        plural = "" if record.earlier_returns == 1 else "s"
        words.append(f"{record.earlier_returns} earlier return{plural}")
    return words


def _badges(record: CaseRecord) -> list[Badge]:
    column = record.column
    if column is None or column.quote is None:
        outcomes = dict.fromkeys(line.get_outcome_display() for line in record.lines)
        return [Badge(word=", ".join(outcomes), tone="info")]
    badges = [
        EVENNESS[Evenness(column.quote.evenness)],
        Badge(word=type_word(column.exchange.type)),
    ]
    if is_hold_missing(column):
        return [Badge(word="Hold ended", tone="bad"), *badges]
    if column.facts.holds.backordered and column.exchange.state not in OVER:
        return [Badge(word="Back-ordered", tone="warn"), *badges]
    if any(hold.state in LIVE for hold in column.holds):
        return [Badge(word="Stock held", tone="hold"), *badges]
    return badges


def _banner(record: CaseRecord, reader: Reader, rights: Rights) -> Banner | None:
    """The one thing about this case that will not wait, if there is any."""
    column = record.column
    if record.case.state == ReturnState.IN_REVIEW:
        return Banner(words=_review_words(record), tone="warn")
    if record.is_risk_held:
        return _risk_banner(record, rights)
    if column is None or column.exchange.state in OVER:
        return None
    if record.is_refused:
        words = "Inspection refused returned goods. Refund the rest, or cancel the exchange."
        return Banner(words=words, tone="bad")
    if is_hold_missing(column):
        return Banner(
            words=_lost_words(record, reader),
            tone="bad",
            action=_fix("hold", record, rights),
        )
    clock = draw_clock(column, reader)
    if clock and clock.expires_at - clock.now < ENDS_SOON:
        goods = column.lines[0].variant.full_title
        words = (
            f"The hold on {goods} ends at {reader.moment(clock.expires_at)}. After that the stock "
            "is free for every channel again."
        )
        return Banner(words=words, tone="hold", action=_fix("hold-extension", record, rights))
    return None


def _risk_banner(record: CaseRecord, rights: Rights) -> Banner:
    score = record.risk.score if record.risk else 0
    words = (
        f"Held because of its risk, {score} of 100 (RISK): nothing is released and nothing is paid "
        "out before a lead has looked."
    )
    return Banner(words=words, tone="bad", action=_fix("risk-clearance", record, rights))


def _review_words(record: CaseRecord) -> str:
    for decision in record.decisions.values():
        if decision.verdict == "review":
            return f"A lead decides: {decision.sentence}"
    return "A lead decides whether the goods may come back."


def _lost_words(record: CaseRecord, reader: Reader) -> str:
    column = record.column
    ended = column.facts.holds.ended_at if column else None
    if ended is None:
        return "Nothing is held for this exchange."
    return f"The hold ended at {reader.moment(ended)}: the stock is free for every channel again."


def _fix(code: str, record: CaseRecord, rights: Rights) -> Action | None:
    if not find_verdict(code, record, rights):
        return None
    return draw_command(COMMAND_OF_CODE[code], record)
