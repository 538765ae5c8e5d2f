from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django import forms
from django.urls import reverse

from approvals import queries
from approvals.models import Approval
from approvals.states import ApprovalState
from console.approvals.describing import describe
from console.approvals.forms import ApproveForm, RejectForm
from console.approvals.page import Answer, ApprovalPage, ApprovalRow, ApprovalsPage
from console.components import Badge, Banner, EmptyState, Fact, Tone
from console.reader import Reader
from console.rights import Rights

SO_MANY_DECIDED = 20
HISTORY = dt.timedelta(days=90)
TONE: dict[str, Tone] = {
    ApprovalState.ASKED: "warn",
    ApprovalState.APPROVED: "good",
    ApprovalState.REJECTED: "bad",
    ApprovalState.VOID: "bad",
    ApprovalState.EXPIRED: "plain",
    ApprovalState.WITHDRAWN: "plain",
}
WORD = {ApprovalState.ASKED: "Waiting", ApprovalState.VOID: "Void"}


def draw_list(rights: Rights, reader: Reader) -> ApprovalsPage:
    waiting = [_row(one, reader) for one in queries.list_waiting(rights.user)]
    decided = queries.list_decided(rights.user, limit=SO_MANY_DECIDED)
    return ApprovalsPage(
        waiting=waiting,
        decided=[_row(one, reader) for one in decided],
        empty=None
        if waiting
        else EmptyState(
            title="Nothing waits for approval",
            words="What leaves the usual comes here. Whoever asked for it cannot say yes to it.",
            icon="check",
        ),
    )


def draw_approval(
    approval: Approval,
    rights: Rights,
    reader: Reader,
    *,
    op_id: str,
    typed: Mapping[type[forms.Form], forms.Form],
    banner: Banner | None = None,
) -> ApprovalPage:
    return ApprovalPage(
        title=approval.summary,
        badge=badge_of(approval),
        about=f"Asked by {_asker(approval)} {reader.ago(approval.requested_at)} ago",
        described=describe(approval, reader, rights),
        history=_history(approval, reader),
        facts=_facts(approval, reader),
        answers=_answers(approval, rights, reader, op_id=op_id, typed=typed),
        banner=banner,
    )


def badge_of(approval: Approval) -> Badge:
    state = ApprovalState(approval.state)
    return Badge(word=WORD.get(state, str(state.label)), tone=TONE[state])


def _row(approval: Approval, reader: Reader) -> ApprovalRow:
    decided = approval.decided_at
    return ApprovalRow(
        url=reverse("console:approval", args=[approval.public_id]),
        title=approval.summary,
        asked_by=_asker(approval),
        amount=reader.money(approval.amount, approval.currency) if approval.amount else "",
        when=reader.short(decided) if decided else f"{reader.ago(approval.requested_at)}",
        badge=badge_of(approval),
    )


def _asker(approval: Approval) -> str:
    return str(approval.requested_by) if approval.requested_by else "a program"


def _history(approval: Approval, reader: Reader) -> list[Fact]:
    """How often whoever asks has asked lately: one exception is a kindness, forty are a habit."""
    past = queries.get_history(approval, since=reader.now - HISTORY)
    sums = [reader.money(amount, currency) for currency, amount in sorted(past.amounts.items())]
    return [
        Fact(term="Asked", value=f"{past.asked} in 90 days"),
        Fact(term="Approved", value=str(past.approved)),
        Fact(term="Denied", value=str(past.rejected)),
        *([Fact(term="In all", value=", ".join(sums))] if sums else []),
    ]


def _facts(approval: Approval, reader: Reader) -> list[Fact]:
    facts = [
        Fact(term="Asked", value=f"{_asker(approval)}, {reader.moment(approval.requested_at)}")
    ]
    if approval.last_edited_by:
        facts.append(Fact(term="Last changed by", value=str(approval.last_edited_by)))
    if approval.decided_by and approval.decided_at:
        word = str(ApprovalState(approval.state).label)
        who = f"{approval.decided_by}, {reader.moment(approval.decided_at)}"
        facts.append(Fact(term=word.partition(":")[0], value=who))
    if approval.reason:
        facts.append(Fact(term="Because", value=approval.reason))
    return facts


def _answers(
    approval: Approval,
    rights: Rights,
    reader: Reader,
    *,
    op_id: str,
    typed: Mapping[type[forms.Form], forms.Form],
) -> list[Answer]:
    if approval.state != ApprovalState.ASKED:
        return []
    verdict = queries.judge_decider(approval, rights.user, reader.now)
    blocked = " ".join(verdict.reasons)
    seen = {"content_hash": approval.content_hash}
    return [
        Answer(
            label="Approve",
            url=reverse("console:approval_yes", args=[approval.public_id]),
            form=typed.get(ApproveForm)
            or ApproveForm(initial=seen, auto_id="yes-%s", use_required_attribute=False),
            fields={"op_id": op_id, **seen},
            kind="primary",
            key="a",
            blocked_because=blocked,
        ),
        Answer(
            label="Deny",
            url=reverse("console:approval_no", args=[approval.public_id]),
            form=typed.get(RejectForm) or RejectForm(auto_id="no-%s", use_required_attribute=False),
            fields={"op_id": op_id},
            kind="danger",
            key="d",
            blocked_because=blocked,
        ),
    ]
