"""The documents that wait, grouped by what they have in common, most pressing first."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, Count, F, Func, Min, Q, QuerySet, Sum, Value, When

from core.models import User
from core.roles import Permission
from intake.models import ChannelDocument
from intake.states import DocumentState

S = DocumentState
WAITING = (S.HELD, S.DEAD_LETTER, S.CONFLICT, S.PARKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Documents of one channel that wait for one reason."""

    code: str
    channel_id: int
    channel: str
    kind: str
    state: str
    cause: str
    place: str
    detail: str
    owner: str
    awaits: str
    count: int
    customers: int
    oldest: dt.datetime
    worth: dict[str, Decimal] = field(default_factory=dict)

    @property
    def weight(self) -> tuple[bool, int, Decimal, float]:
        """What is worked on first: paying customers, then money, then age; parked ones last."""
        money = sum(self.worth.values(), Decimal(0))
        return self.state == S.PARKED, -self.customers, -money, self.oldest.timestamp()


def list_waiting_documents(user: User) -> QuerySet[ChannelDocument]:
    """Every document that waits and that `user` may see."""
    visible = ChannelDocument.objects.visible_to(user, Permission.SEE_INTAKE)
    return visible.filter(state__in=WAITING)


def list_groups(user: User) -> list[Group]:
    """What waits, the most pressing group first."""
    rows = _with_place(list_waiting_documents(user)).values(
        "channel_id", "channel__name", "channel__kind", "state", "cause", "place", "detail",
        "awaits_kind", "currency",
    )  # fmt: skip
    rows = rows.annotate(
        count=Count("pk"),
        customers=Count("external_id", filter=Q(is_paid=True), distinct=True),
        oldest=Min("received_at"),
        worth=Sum("value"),
        owner=Min("owner"),
    )
    groups: dict[str, dict[str, Any]] = {}
    for row in rows:
        _add(groups, row)
    return sorted((Group(**values) for values in groups.values()), key=lambda group: group.weight)


def _with_place(found: QuerySet[ChannelDocument]) -> Any:
    """The field without its position: line 1 and line 7 have the same trouble."""
    return found.annotate(
        place=Func(
            F("field"), Value(r"\[\d+\]"), Value(""), Value("g"),
            function="regexp_replace", output_field=CharField(),
        ),
        detail=Case(
            When(cause="unknown_sku", then=F("reason")), default=Value(""),
            output_field=CharField(),
        ),
    )  # fmt: skip


def _add(groups: dict[str, dict[str, Any]], row: dict[str, Any]) -> None:
    """One row per currency becomes one group, with what hangs on it in each."""
    named = ("channel_id", "state", "cause", "place", "detail", "awaits_kind")
    code = hashlib.sha256("\n".join(str(row[name]) for name in named).encode()).hexdigest()[:12]
    group = groups.setdefault(code, {
        "code": code, "channel_id": row["channel_id"], "channel": row["channel__name"],
        "kind": row["channel__kind"], "state": row["state"], "cause": row["cause"],
        "place": row["place"], "detail": row["detail"], "owner": row["owner"],
        "awaits": row["awaits_kind"], "count": 0, "customers": 0, "oldest": row["oldest"],
        "worth": {},
    })  # fmt: skip
    group["count"] += row["count"]
    group["customers"] += row["customers"]
    group["oldest"] = min(group["oldest"], row["oldest"])
    if row["worth"] and row["currency"]:
        group["worth"][row["currency"]] = row["worth"]


def list_of_group(user: User, group: Group) -> QuerySet[ChannelDocument]:
    """The documents of a group, those that somebody has paid for and the oldest first."""
    found = _with_place(list_waiting_documents(user)).filter(
        channel_id=group.channel_id,
        state=group.state,
        cause=group.cause,
        place=group.place,
        detail=group.detail,
        awaits_kind=group.awaits,
    )
    ordered: QuerySet[ChannelDocument] = found.select_related("channel", "content__key").order_by(
        "-is_paid", "received_at", "pk"
    )
    return ordered
