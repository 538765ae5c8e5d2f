"""The list of the mismatch desk: which belong to a view, and each one as a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse

from console.components import Action, Badge, Tone
from console.mismatches.page import MismatchRow
from console.reader import Reader
from console.refusals import stamp
from console.rights import Rights
from core.roles import Permission
from returns.models import Mismatch
from returns.queries import get_mismatch_facts
from returns.rules import OF_A_LEAD, suggest_rule
from returns.states import SERIAL_DIFFERS, MismatchKind, MismatchState, MoneyRule
from returns.words import writes_by_itself

S = MismatchState
K = MismatchKind

TONES: dict[str, Tone] = {
    K.MISSING: "warn",
    K.EXTRA: "info",
    K.WRONG_ITEM: "bad",
    K.WRONG_SERIAL: "bad",
    K.FOREIGN_SERIAL: "bad",
    K.EMPTY_BOX: "bad",
    K.DAMAGED: "warn",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MismatchTab:
    """One view of the list; `key` is what it is sorted by."""

    code: str
    label: str
    empty: str
    key: str
    descends: bool

    def which(self, now: dt.datetime) -> Q:
        """What waited long enough is to be decided again."""
        is_due = Q(state=S.WAITING, waits_until__lte=now)
        match self.code:
            case "open":
                return Q(state=S.OPEN) | is_due
            case "waiting":
                return Q(state=S.WAITING) & ~is_due
        return Q(state__in=(S.DECIDED, S.RESOLVED))


TABS = (
    MismatchTab(
        code="open",
        label="To decide",
        empty="Everything came as announced",
        key="opened_at",
        descends=False,
    ),
    MismatchTab(
        code="waiting",
        label="Waiting",
        empty="Nobody is being waited for",
        key="opened_at",
        descends=False,
    ),
    MismatchTab(
        code="decided",
        label="Decided",
        empty="Nothing has been decided yet",
        key="decided_at",
        descends=True,
    ),
)
TAB_OF_CODE = {tab.code: tab for tab in TABS}


def list_visible(rights: Rights) -> QuerySet[Mismatch]:
    found: QuerySet[Mismatch] = Mismatch.objects.visible_to(rights.user, Permission.SEE_CASES)
    return found.select_related(
        "return_case__customer",
        "return_case__channel",
        "return_line__order_line__variant__product",
        "receipt__location",
        "receipt_line__variant__product",
        "note",
    )


def count_to_decide(rights: Rights, now: dt.datetime) -> int:
    found = Mismatch.objects.visible_to(rights.user, Permission.SEE_CASES)
    return found.filter(TABS[0].which(now)).count()


def may_take(rule: str, rights: Rights) -> bool:
    """Money and goods are a lead's to give away."""
    needed = Permission.DECIDE_CASE if rule in OF_A_LEAD else Permission.DECIDE_MISMATCH
    return needed in rights


def draw_rows(found: Sequence[Mismatch], rights: Rights, reader: Reader) -> list[MismatchRow]:
    return [_draw(mismatch, rights, reader) for mismatch in found]


def kind_badge(mismatch: Mismatch) -> Badge:
    return Badge(word=str(mismatch.get_kind_display()), tone=TONES[mismatch.kind])


def name_goods(mismatch: Mismatch) -> tuple[str, str]:
    """Title and SKU: of what was announced, else of what came."""
    if mismatch.return_line:
        sold = mismatch.return_line.order_line
        return sold.title, sold.sku
    row = mismatch.receipt_line
    if row is None:
        return "", ""
    return (row.variant.full_title if row.variant else row.sku_found), row.sku_found


def say_announced(mismatch: Mismatch) -> str:
    if mismatch.return_line is None or mismatch.kind == K.EXTRA:
        return "nothing"
    if mismatch.kind in SERIAL_DIFFERS:
        units = mismatch.return_line.order_line.units.all()
        serials = [unit.serial for unit in units if unit.serial]
        return ", ".join(serials[:3]) + ("…" if len(serials) > 3 else "")
    if mismatch.kind == K.WRONG_ITEM:
        return mismatch.return_line.order_line.sku
    return f"{mismatch.return_line.quantity}"


def say_found(mismatch: Mismatch) -> str:
    row, line = mismatch.receipt_line, mismatch.return_line
    match K(mismatch.kind):
        case K.EMPTY_BOX:
            return "an empty box"
        case K.MISSING:
            return f"{line.received} ({mismatch.quantity} missing)" if line else ""
        case K.DAMAGED:
            return f"{mismatch.quantity} damaged"
        case K.WRONG_SERIAL | K.FOREIGN_SERIAL:
            return row.serial_found if row else ""
        case K.WRONG_ITEM:
            return row.sku_found if row else ""
    return f"{mismatch.quantity} more"


def _draw(mismatch: Mismatch, rights: Rights, reader: Reader) -> MismatchRow:
    title, sku = name_goods(mismatch)
    case = mismatch.return_case
    is_open = mismatch.state in (S.OPEN, S.WAITING)
    facts = get_mismatch_facts(mismatch, now=reader.now, finds_goods=False)
    advice = suggest_rule(facts) if is_open else None
    rule = advice.rule if advice else MoneyRule(mismatch.rule) if mismatch.rule else None
    decided = mismatch.decided_at
    return MismatchRow(
        number=mismatch.number,
        url=reverse("console:mismatch", args=[mismatch.number]),
        kind=kind_badge(mismatch),
        case_number=case.number,
        customer=str(case.customer),
        goods=title,
        sku=sku,
        announced=say_announced(mismatch),
        found=say_found(mismatch),
        is_serial=mismatch.kind in (*SERIAL_DIFFERS, K.WRONG_ITEM),
        value=reader.money(mismatch.value, case.currency) if mismatch.value else "",
        age=reader.moment(decided) if decided and not is_open else reader.ago(mismatch.opened_at),
        suggestion=str(rule.label) if rule else str(mismatch.get_state_display()),
        take=_take(mismatch, rule) if is_open and rule and may_take(rule, rights) else None,
    )


def _take(mismatch: Mismatch, rule: MoneyRule) -> Action:
    """What is suggested, at one click; the customer reads of it where they have to."""
    return Action(
        label=str(rule.label),
        url=reverse("console:decide_mismatch", args=[mismatch.number]),
        fields=stamp(version=mismatch.return_case.version)
        | {"rule": rule.value, "back": "list"}
        | ({"writes": "on"} if writes_by_itself(rule) else {}),
    )
