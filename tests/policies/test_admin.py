from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from core.actors import Actor
from core.models import User
from core.roles import Role
from policies import queries, services
from policies.default import DEFAULT_RULES
from policies.models import PolicyVersion, Rule
from policies.rules import KINDS
from policies.states import VersionState
from tests.factories.people import make_partner, make_user
from tests.factories.policies import NOW, make_policy
from tests.factories.sales import make_channel
from tests.factories.stock import make_product

pytestmark = pytest.mark.django_db

WINDOW = {
    "name": "Return window",
    "days": "14",
    "transit_days": "5",
    "priority": "0",
    "country": "de",
}


@pytest.fixture
def admin() -> User:
    return make_user(Role.ADMIN, is_staff=True)


@pytest.fixture
def desk(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


@pytest.fixture
def draft() -> PolicyVersion:
    return services.draft_version(
        partner_id=make_policy().partner_id, actor=Actor.system("test"), op_id=uuid4(), now=NOW
    )


def page_of(version: PolicyVersion) -> str:
    return reverse("admin:policies_policyversion_change", args=[version.pk])


def rule_page(version: PolicyVersion, number: int) -> str:
    rule = version.rules.get(number=number)
    return reverse("admin:policies_rule_change", args=[rule.pk])


def act(desk: Client, action: str, version: PolicyVersion, **fields: str):
    address = reverse(f"admin:policies_policyversion_{action}", args=[version.pk])
    return desk.post(address, {"op_id": str(uuid4()), **fields}, follow=True)


def add_page(version: PolicyVersion, kind: str) -> str:
    return f"{reverse('admin:policies_rule_add')}?version={version.pk}&kind={kind}"


class TestVersionPage:
    def test_shows_the_rules_in_words(self, desk: Client) -> None:
        page = desk.get(page_of(make_policy())).content.decode()
        assert "rule 4 v1" in page
        assert "15 % of the goods without tax" in page
        assert "category electronics, reason changed_mind" in page

    def test_shows_what_a_draft_changes(self, desk: Client, draft: PolicyVersion) -> None:
        desk.post(rule_page(draft, 1), WINDOW | {"country": ""})
        page = desk.get(page_of(draft)).content.decode()
        assert "Days from delivery: <del>30</del> <ins>14</ins>" in page
        assert "rule 1 v2" in page

    def test_compares_any_two_versions(self, desk: Client, draft: PolicyVersion) -> None:
        """Against the one it replaces unless another is chosen; a stranger's is not offered."""
        desk.post(rule_page(draft, 1), WINDOW | {"country": ""})
        services.publish_version(
            version_id=draft.pk,
            actor=Actor.system("test"),
            op_id=uuid4(),
            now=NOW + dt.timedelta(days=1),
        )
        later = services.draft_version(
            partner_id=draft.partner_id, actor=Actor.system("test"), op_id=uuid4(), now=NOW
        )
        first = PolicyVersion.objects.get(number=1, partner=draft.partner)
        change = "Days from delivery: <del>30</del> <ins>14</ins>"
        backwards = "Days from delivery: <del>14</del> <ins>30</ins>"
        assert change not in desk.get(page_of(later)).content.decode()
        against_first = desk.get(page_of(later), {"against": first.pk}).content.decode()
        assert change in against_first
        assert "What changes against policy v1" in against_first
        assert backwards in desk.get(page_of(first), {"against": draft.pk}).content.decode()
        stranger = make_policy(make_partner("other"))
        page = desk.get(page_of(later), {"against": stranger.pk}).content.decode()
        assert f'<option value="{stranger.pk}"' not in page
        assert "What changes against policy v2" in page

    def test_groups_the_kinds_and_says_what_holds_without_one(
        self, desk: Client, draft: PolicyVersion
    ) -> None:
        page = desk.get(page_of(draft)).content.decode()
        for kind in KINDS.values():
            assert f"<h3>{escape(kind.group)}</h3>" in page
            has_rule = draft.rules.filter(kind=kind.kind).exists()
            assert f">{escape(kind.title)}</a>" in page
            assert (f"Without one: {escape(kind.without)}" in page) is not has_rule

    def test_offers_a_form_for_each_kind_of_rule(self, desk: Client, draft: PolicyVersion) -> None:
        page = desk.get(page_of(draft))
        for kind in KINDS.values():
            link = escape(add_page(draft, kind.kind))
            assert f'<a class="addlink" href="{link}">{kind.title}</a>' in page.content.decode()
            assert desk.get(add_page(draft, kind.kind)).status_code == 200

    def test_drafts_a_copy_of_a_published_version(self, desk: Client) -> None:
        page = act(desk, "draft", make_policy())
        copy = PolicyVersion.objects.get(state=VersionState.DRAFT)
        assert copy.rules.count() == len(DEFAULT_RULES)
        assert "Draft policy v2 starts with the rules of policy v1." in page.content.decode()

    def test_throws_a_draft_away(self, desk: Client, draft: PolicyVersion) -> None:
        act(desk, "discard", draft)
        assert not PolicyVersion.objects.filter(pk=draft.pk).exists()

    def test_offers_a_policy_to_a_partner_without_one(self, desk: Client) -> None:
        partner = make_partner()
        listing = desk.get(reverse("admin:policies_policyversion_changelist"))
        assert "Start with the usual policy" in listing.content.decode()
        desk.post(
            reverse("admin:policies_policyversion_start"),
            {"partner": partner.pk, "op_id": str(uuid4())},
        )
        assert queries.get_published(partner.pk).number == 1


class TestPublishing:
    def test_puts_the_draft_in_force_by_a_second_person(
        self, desk: Client, draft: PolicyVersion
    ) -> None:
        desk.post(rule_page(draft, 1), WINDOW | {"country": ""})
        page = act(desk, "publish", draft).content.decode()
        assert "You have worked on this draft: somebody else has to publish it." in page
        second = make_user(Role.ADMIN, is_staff=True)
        desk.force_login(second)
        act(desk, "publish", draft, note="Two weeks only")
        published = queries.get_published(draft.partner_id)
        assert (published.pk, published.published_by) == (draft.pk, second)
        assert published.note == "Two weeks only"

    def test_says_which_kind_of_rule_is_missing(self, desk: Client, draft: PolicyVersion) -> None:
        desk.post(rule_page(draft, 1), WINDOW)  # now for Germany alone
        page = act(desk, "publish", draft).content.decode()
        assert "“Return window” has no rule that covers everything." in page
        assert queries.get_published(draft.partner_id).number == 1

    def test_happens_once_when_the_button_is_pressed_twice(
        self, desk: Client, draft: PolicyVersion
    ) -> None:
        op_id = str(uuid4())
        pages = [act(desk, "publish", draft, op_id=op_id) for _ in range(2)]
        assert all("decides every new case" in page.content.decode() for page in pages)
        assert PolicyVersion.objects.filter(state=VersionState.PUBLISHED).count() == 1


class TestRuleForm:
    def test_has_a_field_for_each_parameter_and_no_json(
        self, desk: Client, draft: PolicyVersion
    ) -> None:
        page = desk.get(rule_page(draft, 4)).content.decode()
        assert "Rate in %" in page
        assert 'value="15"' in page
        assert 'name="parameters"' not in page

    def test_saves_what_was_typed(self, desk: Client, draft: PolicyVersion) -> None:
        answer = desk.post(rule_page(draft, 1), WINDOW)
        rule = draft.rules.get(number=1)
        assert answer.headers["Location"] == page_of(draft)
        assert rule.parameters == {"days": 14, "transit_days": 5}
        assert (rule.country, rule.edition) == ("DE", 2)

    def test_reads_a_rate_as_percentage(self, desk: Client, draft: PolicyVersion) -> None:
        fields = {"name": "Fee", "rate": "12.5", "minimum": "3.00", "priority": "2"}
        desk.post(add_page(draft, "restocking_fee"), fields)
        rule = draft.rules.get(name="Fee")
        assert rule.parameters == {"rate": "0.125", "minimum": "3.00"}
        assert (rule.number, rule.priority) == (len(DEFAULT_RULES) + 1, 2)

    @pytest.mark.parametrize(
        ("kind", "wrong", "message"),
        [
            ("return_window", {"days": "-1"}, "greater than or equal to 0"),
            ("return_window", {"days": ""}, "This field is required"),
            ("return_window", {"country": "Germany"}, "at most 2 characters"),
            ("return_window", {"country": "XQ"}, "“XQ” is not a country code."),
            ("restocking_fee", {"rate": "101", "minimum": "0"}, "less than or equal to 100"),
            ("review_above", {"amount": "5", "currency": "EUX"}, "“EUX” is not a currency code."),
            ("price_policy", {"policy": "free"}, "is not one of the available choices"),
        ],
    )
    def test_says_what_is_wrong_beside_the_field(
        self, desk: Client, draft: PolicyVersion, kind: str, wrong: dict, message: str
    ) -> None:
        answer = desk.post(add_page(draft, kind), WINDOW | wrong)
        assert message in answer.content.decode()
        assert draft.rules.count() == len(DEFAULT_RULES)

    def test_picks_scopes_from_what_the_shop_knows(
        self, desk: Client, draft: PolicyVersion
    ) -> None:
        make_channel("web", name="Web shop")
        make_product(category="outdoor")
        page = desk.get(add_page(draft, "return_window")).content.decode()
        for option in ("Every reason", "Changed mind", "Web shop", "Every category", "Outdoor"):
            assert f"{option}</option>" in page

    def test_refuses_a_code_that_nobody_has(self, desk: Client, draft: PolicyVersion) -> None:
        answer = desk.post(add_page(draft, "return_window"), WINDOW | {"reason": "chnged_mind"})
        assert "is not one of the available choices" in answer.content.decode()

    def test_keeps_a_code_that_is_not_in_use(self, desk: Client, draft: PolicyVersion) -> None:
        fields = {"name": "Fee", "rate": "20", "minimum": "0", "priority": "0"}
        scope = {"category": "electronics", "reason": "changed_mind"}
        assert "electronics (not in use)" in desk.get(rule_page(draft, 4)).content.decode()
        desk.post(rule_page(draft, 4), fields | scope)
        assert draft.rules.get(number=4).category == "electronics"

    def test_only_shows_a_rule_of_a_published_version(self, desk: Client) -> None:
        version = make_policy()
        page = desk.get(rule_page(version, 1)).content.decode()
        assert "30 days from delivery" in page
        assert 'name="days"' not in page
        assert desk.post(rule_page(version, 1), WINDOW).status_code == 403
        assert version.rules.get(number=1).parameters["days"] == 30

    def test_takes_a_rule_out_of_a_draft(self, desk: Client, draft: PolicyVersion) -> None:
        rule = draft.rules.get(number=3)
        desk.post(reverse("admin:policies_rule_delete", args=[rule.pk]), {"post": "yes"})
        assert not Rule.objects.filter(pk=rule.pk).exists()

    def test_shows_the_history_with_differences(
        self, desk: Client, admin: User, draft: PolicyVersion
    ) -> None:
        desk.post(rule_page(draft, 1), WINDOW)
        rule = draft.rules.get(number=1)
        page = desk.get(reverse("admin:policies_rule_history", args=[rule.pk]))
        assert "Days from delivery: <del>30</del> <ins>14</ins>" in page.content.decode()
        assert admin.name in page.content.decode()


class TestRights:
    @pytest.mark.parametrize("role", [Role.AGENT, Role.WAREHOUSE])
    def test_keep_policy_from_whoever_has_no_part_in_it(self, client: Client, role: Role) -> None:
        client.force_login(make_user(role, is_staff=True))
        assert client.get(page_of(make_policy())).status_code in {403, 404}

    def test_let_an_auditor_read_and_nothing_more(
        self, client: Client, draft: PolicyVersion
    ) -> None:
        client.force_login(make_user(Role.AUDITOR, is_staff=True))
        assert client.get(page_of(draft)).status_code == 200
        assert act(client, "publish", draft).status_code == 403
        assert client.post(rule_page(draft, 1), WINDOW).status_code == 403
        assert client.get(add_page(draft, "send_back")).status_code == 403

    def test_hide_the_policy_of_other_partners(self, desk: Client) -> None:
        foreign = make_policy(make_partner("acme"))
        assert desk.get(page_of(foreign)).status_code == 404
        assert act(desk, "draft", foreign).status_code == 404
        assert desk.get(add_page(foreign, "send_back")).status_code in {403, 404}

    def test_do_not_come_from_a_flag(self, client: Client) -> None:
        client.force_login(make_user(None, is_staff=True, is_superuser=True))
        assert client.get(page_of(make_policy())).status_code == 404
