from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from core.models import Job, Membership
from core.permissions import (
    has_permission,
    partners_granting,
    permissions_of,
    public,
    requires,
    roles_of,
)
from core.roles import GRANTS, Permission, Role
from tests.factories.letters import NOW
from tests.factories.people import make_partner, make_user

pytestmark = pytest.mark.django_db

# Who may do what, written out: a change of the table in core.roles must be meant.
HOLDERS: dict[Permission, str] = {
    Permission.USE_DESK: "agent lead warehouse admin auditor",
    Permission.SEE_CASES: "agent lead warehouse admin auditor",
    Permission.SEE_ORDERS: "agent lead warehouse admin auditor",
    Permission.SEE_STOCK: "agent lead warehouse admin auditor",
    Permission.OPEN_CASE: "agent lead admin",
    Permission.CANCEL_CASE: "agent lead admin",
    Permission.HOLD_STOCK: "agent lead admin",
    Permission.SEE_MESSAGES: "agent lead admin auditor",
    Permission.DECIDE_CASE: "lead admin",
    Permission.APPROVE: "lead admin",
    Permission.SEE_INTAKE: "lead admin auditor",
    Permission.REPLAY_INTAKE: "lead admin",
    Permission.READ_RAW_INTAKE: "lead admin",
    Permission.DECIDE_MISMATCH: "agent lead admin",
    Permission.SEE_MONEY: "agent lead admin auditor",
    Permission.MOVE_MONEY: "agent lead admin",
    Permission.SETTLE_MONEY: "lead admin",
    Permission.SEE_AUDIT: "lead admin auditor",
    Permission.RECEIVE_GOODS: "warehouse admin",
    Permission.INSPECT_GOODS: "warehouse admin",
    Permission.SHIP_GOODS: "warehouse admin",
    Permission.ADJUST_STOCK: "warehouse admin",
    Permission.EDIT_CATALOGUE: "admin",
    Permission.EDIT_WORDING: "lead admin",
    Permission.EDIT_POLICY: "admin",
    Permission.PUBLISH_POLICY: "admin",
    Permission.EDIT_PEOPLE: "admin",
    Permission.RUN_MACHINERY: "admin",
}


class TestRoles:
    @pytest.mark.parametrize("permission", Permission)
    def test_grant_what_the_table_says(self, permission: Permission) -> None:
        holders = {role for role in Role if permission in GRANTS[role]}
        assert holders == set(HOLDERS[permission].split())

    @pytest.mark.parametrize("role", Role)
    def test_grant_nothing_with_another_partner(self, role: Role) -> None:
        user = make_user(role)
        stranger = make_partner("acme")
        assert not any(has_permission(user, one, stranger) for one in Permission)
        assert permissions_of(user) == GRANTS[role]

    def test_of_one_person_may_differ_by_partner(self) -> None:
        acme = make_partner("acme")
        user = make_user(Role.AGENT)
        Membership.objects.create(user=user, partner=acme, role=Role.LEAD)
        assert partners_granting(user, Permission.APPROVE) == [acme.pk]
        assert set(partners_granting(user, Permission.OPEN_CASE)) == {make_partner().pk, acme.pk}
        assert roles_of(user) == {Role.AGENT, Role.LEAD}

    def test_end_at_once_when_they_are_taken_away(self) -> None:
        user = make_user(Role.LEAD)
        user.memberships.all().delete()
        assert not has_permission(user, Permission.USE_DESK)

    def test_mean_nothing_for_the_inactive_and_the_unknown(self) -> None:
        gone = make_user(Role.ADMIN, is_active=False)
        assert not has_permission(gone, Permission.USE_DESK)
        assert not has_permission(AnonymousUser(), Permission.USE_DESK)

    def test_are_not_what_a_superuser_flag_gives(self) -> None:
        root = make_user(None, is_superuser=True, is_staff=True)
        assert not has_permission(root, Permission.USE_DESK)


class TestRequires:
    def call(self, user: Any) -> Any:
        @requires(Permission.SHIP_GOODS)
        def view(request: HttpRequest) -> HttpResponse:
            return HttpResponse("shipped")

        request = RequestFactory().get("/")
        request.user = user
        return view(request)

    def test_lets_in_who_holds_the_permission(self) -> None:
        assert self.call(make_user(Role.WAREHOUSE)).content == b"shipped"

    def test_turns_away_who_does_not(self) -> None:
        with pytest.raises(PermissionDenied):
            self.call(make_user(Role.AGENT))

    def test_sends_a_stranger_to_sign_in(self) -> None:
        assert self.call(AnonymousUser()).url.startswith("/accounts/login/")

    def test_is_written_on_the_view(self) -> None:
        assert public(lambda request: HttpResponse()).permission == "public"  # type: ignore[attr-defined]


class TestRows:
    """`for_partner` and `visible_to`, on a row that any partner may have."""

    def test_are_seen_where_the_role_grants_it_and_nowhere_else(self) -> None:
        acme = make_partner("acme")
        ours, theirs = (
            Job.objects.create(partner=partner, kind="test", asked_at=NOW)
            for partner in (make_partner(), acme)
        )
        agent = make_user(Role.AGENT)
        Membership.objects.create(user=agent, partner=acme, role=Role.WAREHOUSE)
        assert list(Job.objects.visible_to(agent, Permission.OPEN_CASE)) == [ours]
        assert list(Job.objects.visible_to(agent, Permission.RECEIVE_GOODS)) == [theirs]
        assert list(Job.objects.visible_to(agent, Permission.APPROVE)) == []
        assert list(Job.objects.for_partner(acme)) == [theirs]
