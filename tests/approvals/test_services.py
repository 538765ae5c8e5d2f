from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from approvals import locks, services, sweeps
from approvals.models import Approval
from approvals.queries import is_approved, list_waiting
from approvals.states import ApprovalState
from core.actors import Actor
from core.errors import ActionBlocked, NotPermitted
from core.models import Event, Membership, User
from core.operations import content_hash
from core.roles import Role
from tests.concurrency.races import race
from tests.factories.people import make_partner, make_user

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
SEEN = content_hash({"due": "43.30"})
CHANGED = content_hash({"due": "0.00"})

pytestmark = pytest.mark.django_db


def ask(by: User, **fields: Any) -> Approval:
    defaults: dict[str, Any] = {
        "partner_id": make_partner().pk,
        "subject": "exchange:7",
        "case": "return:1",
        "kind": "upgrade",
        "content_hash": SEEN,
        "summary": "Upgrade by 43.30 EUR",
        "amount": Decimal("43.30"),
        "currency": "EUR",
    }
    return services.ask(actor=Actor.user(by), op_id=uuid4(), now=NOW, **defaults | fields)


def approve(approval: Approval, by: User, seen: str = SEEN) -> Approval:
    return services.approve(
        approval_id=approval.pk,
        content_hash=seen,
        proved_at=NOW,
        actor=Actor.user(by),
        op_id=uuid4(),
        now=NOW,
    )


class TestAsk:
    def test_waits_for_those_who_may_decide(self) -> None:
        approval = ask(make_user(Role.AGENT))
        assert list(list_waiting(make_user(Role.LEAD))) == [approval]
        assert not list_waiting(make_user(Role.AGENT))
        assert not list_waiting(make_user(Role.LEAD, partner=make_partner("acme")))

    def test_refuses_to_ask_twice_for_the_same(self) -> None:
        agent = make_user(Role.AGENT)
        ask(agent)
        with pytest.raises(services.AlreadyAsked):
            ask(agent)

    def test_for_a_new_content_voids_the_old_request(self) -> None:
        agent = make_user(Role.AGENT)
        old = ask(agent)
        new = ask(agent, content_hash=CHANGED)
        old.refresh_from_db()
        assert (old.state, new.state) == (ApprovalState.VOID, ApprovalState.ASKED)

    def test_is_open_to_programs_which_decide_nothing(self) -> None:
        robot = Actor.system("robot")
        asked = services.ask(
            partner_id=make_partner().pk,
            subject="exchange:7",
            case="",
            kind="upgrade",
            content_hash=SEEN,
            summary="",
            actor=robot,
            op_id=uuid4(),
            now=NOW,
        )
        assert asked.requested_by is None
        with pytest.raises(NotPermitted):
            services.approve(
                approval_id=asked.pk,
                content_hash=SEEN,
                proved_at=NOW,
                actor=robot,
                op_id=uuid4(),
                now=NOW,
            )


class TestApprove:
    def test_holds_for_exactly_what_was_asked(self) -> None:
        approve(ask(make_user(Role.AGENT)), by=make_user(Role.LEAD))
        assert is_approved(subject="exchange:7", content_hash=SEEN)
        assert not is_approved(subject="exchange:7", content_hash=CHANGED)
        assert not is_approved(subject="exchange:8", content_hash=SEEN)

    def test_is_told_with_who_and_what(self) -> None:
        lead = make_user(Role.LEAD)
        approve(ask(make_user(Role.AGENT)), by=lead)
        told = Event.objects.get(kind="approval.approved")
        assert (told.case, told.actor) == ("return:1", f"user:{lead.pk}")
        assert told.data["content_hash"] == SEEN

    @pytest.mark.parametrize("role", [Role.LEAD, Role.ADMIN])
    def test_refuses_whoever_asked(self, role: Role) -> None:
        lead = make_user(role)
        with pytest.raises(ActionBlocked) as refused:
            approve(ask(lead), by=lead)
        assert refused.value.reasons == ["Nobody approves their own request."]

    @pytest.mark.parametrize("minutes", [16, None])
    def test_wants_whoever_decides_to_have_said_who_they_are(self, minutes: int | None) -> None:
        approval, lead = ask(make_user(Role.AGENT)), make_user(Role.LEAD)
        with pytest.raises(ActionBlocked, match="Nothing was decided"):
            services.approve(
                approval_id=approval.pk,
                content_hash=SEEN,
                proved_at=NOW - dt.timedelta(minutes=minutes) if minutes else None,
                actor=Actor.user(lead),
                op_id=uuid4(),
                now=NOW,
            )

    def test_refuses_whoever_edited_last(self) -> None:
        editor = make_user(Role.LEAD)
        approval = ask(make_user(Role.AGENT), last_edited_by_id=editor.pk)
        with pytest.raises(ActionBlocked):
            approve(approval, by=editor)

    def test_refuses_when_the_approver_sees_something_else(self) -> None:
        with pytest.raises(services.ContentChanged):
            approve(ask(make_user(Role.AGENT)), by=make_user(Role.LEAD), seen=CHANGED)

    def test_refuses_a_role_held_with_another_partner(self) -> None:
        stranger = make_user(Role.LEAD, partner=make_partner("acme"))
        with pytest.raises(ActionBlocked):
            approve(ask(make_user(Role.AGENT)), by=stranger)

    def test_counts_no_more_once_the_approver_has_left(self) -> None:
        lead = make_user(Role.LEAD)
        approve(ask(make_user(Role.AGENT)), by=lead)
        Membership.objects.filter(user=lead).delete()
        assert not is_approved(subject="exchange:7", content_hash=SEEN)

    def test_counts_no_more_once_the_approver_is_deactivated(self) -> None:
        lead = make_user(Role.LEAD)
        approve(ask(make_user(Role.AGENT)), by=lead)
        lead.is_active = False
        lead.save()
        assert not is_approved(subject="exchange:7", content_hash=SEEN)


class TestTheDatabase:
    @pytest.mark.parametrize("role_in_the_request", ["requested_by", "last_edited_by"])
    def test_refuses_self_approval_by_itself(self, role_in_the_request: str) -> None:
        person, other = make_user(Role.LEAD), make_user(Role.AGENT)
        approval = ask(other)
        setattr(approval, role_in_the_request, person)
        approval.decided_by = person
        with pytest.raises(IntegrityError, match="nobody_decides"), transaction.atomic():
            approval.save()

    def test_refuses_two_open_requests_on_one_subject(self) -> None:
        first = ask(make_user(Role.AGENT))
        first.pk, first.public_id = None, "apv_other"
        with pytest.raises(IntegrityError, match="one_open_approval"), transaction.atomic():
            first.save(force_insert=True)


class TestVoidChanged:
    def test_undoes_an_approval_of_something_else(self) -> None:
        agent = make_user(Role.AGENT)
        approve(ask(agent), by=make_user(Role.LEAD))
        (void,) = services.void_changed(
            subject="exchange:7", content_hash=CHANGED, actor=Actor.user(agent), now=NOW
        )
        assert void.state == ApprovalState.VOID
        assert not is_approved(subject="exchange:7", content_hash=SEEN)

    def test_leaves_what_is_still_the_same(self) -> None:
        agent = make_user(Role.AGENT)
        ask(agent)
        same = services.void_changed(
            subject="exchange:7", content_hash=SEEN, actor=Actor.user(agent), now=NOW
        )
        assert same == []


class TestOtherEndings:
    def test_a_rejection_carries_its_reason(self) -> None:
        lead = make_user(Role.LEAD)
        rejected = services.reject(
            approval_id=ask(make_user(Role.AGENT)).pk,
            reason="Not our fault.",
            proved_at=NOW,
            actor=Actor.user(lead),
            op_id=uuid4(),
            now=NOW,
        )
        assert (rejected.state, rejected.reason, rejected.decided_by) == (
            ApprovalState.REJECTED,
            "Not our fault.",
            lead,
        )

    def test_only_the_requester_withdraws(self) -> None:
        agent = make_user(Role.AGENT)
        approval = ask(agent)
        ids: dict[str, Any] = {"approval_id": approval.pk, "now": NOW}
        with pytest.raises(ActionBlocked):
            services.withdraw(actor=Actor.user(make_user(Role.ADMIN)), op_id=uuid4(), **ids)
        withdrawn = services.withdraw(actor=Actor.user(agent), op_id=uuid4(), **ids)
        assert withdrawn.state == ApprovalState.WITHDRAWN

    def test_a_request_lapses_when_nobody_decides(self) -> None:
        approval = ask(make_user(Role.AGENT), expires_at=NOW + dt.timedelta(hours=1))
        assert sweeps.expire_due(now=NOW) == 0
        assert sweeps.expire_due(now=NOW + dt.timedelta(hours=1)) == 1
        approval.refresh_from_db()
        assert approval.state == ApprovalState.EXPIRED


@pytest.mark.django_db(transaction=True)
class TestTwoApprovers:
    def contest(self) -> tuple[list[bool], int]:
        """One approves while the other rejects; who won, and how many decisions were told."""
        approval = ask(make_user(Role.AGENT))
        yes, no = make_user(Role.LEAD), make_user(Role.LEAD)
        finishes = race(
            [
                lambda: approve(approval, by=yes),
                lambda: services.reject(
                    approval_id=approval.pk,
                    reason="no",
                    proved_at=NOW,
                    actor=Actor.user(no),
                    op_id=uuid4(),
                    now=NOW,
                ),
            ]
        )
        told = Event.objects.filter(
            subject=f"approval:{approval.pk}", kind__in=["approval.approved", "approval.rejected"]
        )
        return [finish.won for finish in finishes], told.count()

    def test_at_the_same_time_make_one_decision(self) -> None:
        for _ in range(10):
            won, told = self.contest()
            assert (sum(won), told) == (1, 1)
            Approval.objects.all().delete()

    def test_without_the_row_lock_would_both_have_their_way(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The control: both read the open request before either decides."""
        both_have_read = threading.Barrier(2, timeout=30)

        def read_without_lock(approval_id: int) -> Approval:
            approval = Approval.objects.select_related("partner").get(pk=approval_id)
            both_have_read.wait()
            return approval

        monkeypatch.setattr(locks, "lock_approval", read_without_lock)
        assert self.contest() == ([True, True], 2)
