from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from core import deliveries, events
from core.models import EventDelivery, Membership, User
from core.roles import Role
from tests.factories.letters import queue_letter, record_event
from tests.factories.people import make_partner, make_user

PAGES = [
    "core_user",
    "core_membership",
    "core_partner",
    "core_event",
    "core_eventdelivery",
    "core_job",
    "notifications_message",
    "approvals_approval",
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return make_user(Role.ADMIN, is_staff=True)


@pytest.fixture
def desk(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


@pytest.fixture
def dead() -> EventDelivery:
    def refuse(*, event: object, now: object) -> None:
        raise ValueError("no")

    events.subscribe("test.refusing", "errand.*", handler=refuse)
    record_event()
    EventDelivery.objects.update(attempts=deliveries.MAX_ATTEMPTS - 1)
    deliveries.deliver_due()
    events.unsubscribe("test.refusing")
    return EventDelivery.objects.get(state="dead")


class TestTheAdminsDoor:
    def test_is_the_desks_own(self, client: Client) -> None:
        answer = client.get("/admin/", follow=True)
        assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))

    def test_is_closed_to_an_agent(self, client: Client) -> None:
        client.force_login(make_user(Role.AGENT))
        assert client.get("/admin/", follow=True).status_code == 403


class TestPages:
    @pytest.mark.parametrize("model", PAGES)
    def test_open_for_an_admin(self, desk: Client, model: str) -> None:
        record_event()
        queue_letter()
        assert desk.get(reverse(f"admin:{model}_changelist")).status_code == 200

    @pytest.mark.parametrize("model", PAGES)
    def test_are_closed_to_staff_without_the_role(self, client: Client, model: str) -> None:
        client.force_login(make_user(Role.WAREHOUSE, is_staff=True))
        assert client.get(reverse(f"admin:{model}_changelist")).status_code == 403

    @pytest.mark.parametrize("model", [model for model in PAGES if model != "core_user"])
    def test_add_nothing_past_the_services(self, desk: Client, model: str) -> None:
        assert desk.get(reverse(f"admin:{model}_add")).status_code == 403

    def test_show_no_event_of_a_foreign_partner(self, desk: Client) -> None:
        foreign = record_event(make_partner("acme"))
        address = reverse("admin:core_event_change", args=[foreign.pk])
        assert desk.get(address).status_code == 302
        assert "acme" not in desk.get(reverse("admin:core_event_changelist")).content.decode()

    def test_show_what_became_of_a_message_and_not_what_it_says(self, desk: Client) -> None:
        message = queue_letter()
        page = desk.get(reverse("admin:notifications_message_change", args=[message.pk]))
        assert page.status_code == 200
        assert "ana@customers.example" not in page.content.decode()


class TestRevive:
    def post(self, desk: Client, dead: EventDelivery) -> None:
        desk.post(
            reverse("admin:core_eventdelivery_changelist"),
            {"action": "revive_dead", "_selected_action": [dead.pk]},
        )
        dead.refresh_from_db()

    def test_gives_a_dead_delivery_its_tries_back(self, desk: Client, dead: EventDelivery) -> None:
        self.post(desk, dead)
        assert (dead.state, dead.attempts) == ("pending", 0)

    def test_is_not_for_an_auditor(self, client: Client, dead: EventDelivery) -> None:
        client.force_login(make_user(Role.AUDITOR, is_staff=True))
        self.post(client, dead)
        assert dead.state == "dead"


class TestPeople:
    def invite(self, desk: Client, partner_id: int, email: str = "new@desk.example") -> None:
        desk.post(
            reverse("admin:core_user_add"),
            {
                "email": email,
                "name": "Nia New",
                "locale": "en",
                "time_zone": "UTC",
                "usable_password": "true",
                "password1": "correct horse battery",
                "password2": "correct horse battery",
                "memberships-TOTAL_FORMS": "0",
                "memberships-INITIAL_FORMS": "0",
            },
        )

    def test_are_invited_and_given_a_role(self, desk: Client) -> None:
        self.invite(desk, make_partner().pk)
        person = User.objects.get(email="new@desk.example")
        saved = desk.post(
            reverse("admin:core_user_change", args=[person.pk]),
            {
                "email": person.email,
                "name": person.name,
                "locale": "de",
                "time_zone": "Europe/Berlin",
                "is_active": "on",
                "memberships-TOTAL_FORMS": "1",
                "memberships-INITIAL_FORMS": "0",
                "memberships-0-partner": make_partner().pk,
                "memberships-0-role": "agent",
            },
        )
        assert saved.status_code == 302
        assert Membership.objects.get(user=person).role == Role.AGENT
        assert Membership.history.get(user=person).history_user is not None

    def test_cannot_be_given_a_role_with_a_foreign_partner(self, desk: Client) -> None:
        person, acme = make_user(None), make_partner("acme")
        page = desk.post(
            reverse("admin:core_user_change", args=[person.pk]),
            {
                "email": person.email,
                "name": person.name,
                "locale": "en",
                "time_zone": "UTC",
                "memberships-TOTAL_FORMS": "1",
                "memberships-INITIAL_FORMS": "0",
                "memberships-0-partner": acme.pk,
                "memberships-0-role": "admin",
            },
        )
        assert page.status_code == 200
        assert not person.memberships.exists()

    def test_who_also_work_elsewhere_are_not_changed_from_here(self, desk: Client) -> None:
        shared = make_user(Role.AGENT)
        Membership.objects.create(user=shared, partner=make_partner("acme"), role=Role.LEAD)
        password = reverse("admin:auth_user_password_change", args=[shared.pk])
        assert desk.get(password).status_code == 403
        assert desk.post(password, {"password1": "x", "password2": "x"}).status_code == 403

    def test_of_a_foreign_partner_do_not_exist_here(self, desk: Client) -> None:
        stranger = make_user(Role.AGENT, partner=make_partner("acme"))
        answer = desk.get(reverse("admin:core_user_change", args=[stranger.pk]))
        assert answer.status_code == 302

    def test_are_never_deleted(self, desk: Client) -> None:
        person = make_user(Role.AGENT)
        assert desk.post(reverse("admin:core_user_delete", args=[person.pk])).status_code == 403
