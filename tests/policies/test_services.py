from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.actors import Actor
from core.errors import ActionBlocked
from core.models import Event
from policies import queries, services
from policies.default import DEFAULT_RULES
from policies.models import Decision, PolicyVersion, Rule
from policies.rules import BadParameter, ReturnWindow, Scope, SendBack
from policies.services import PolicyIncomplete
from policies.states import Verdict, VersionState
from tests.factories.people import make_partner, make_user
from tests.factories.policies import NOW, make_facts, make_policy

pytestmark = pytest.mark.django_db

DESK = Actor.system("test")


def draft(partner_id: int, actor: Actor = DESK) -> PolicyVersion:
    return services.draft_version(partner_id=partner_id, actor=actor, op_id=uuid4(), now=NOW)


def publish(version: PolicyVersion, actor: Actor = DESK) -> PolicyVersion:
    return services.publish_version(version_id=version.pk, actor=actor, op_id=uuid4(), now=NOW)


def write_window(
    version: PolicyVersion,
    days: int,
    number: int | None = None,
    actor: Actor = DESK,
    **scope: str,
) -> Rule:
    return services.write_rule(
        version_id=version.pk,
        number=number,
        name="Return window",
        parameters=ReturnWindow(days=days, transit_days=5),
        scope=Scope(**scope),
        priority=0,
        actor=actor,
        op_id=uuid4(),
        now=NOW,
    )


class TestInstallDefaultPolicy:
    def test_publishes_a_version_that_decides(self) -> None:
        version = make_policy()
        assert queries.get_published(version.partner_id) == version
        assert queries.list_problems(version) == []
        judged = queries.judge_facts(version=version, facts=make_facts())
        assert judged.verdict == Verdict.AUTHORISE

    def test_leaves_a_policy_in_force_alone(self) -> None:
        assert make_policy() == make_policy()

    def test_is_needed_before_anything_is_decided(self) -> None:
        with pytest.raises(queries.NoPolicy):
            queries.get_published(make_partner().pk)

    def test_writes_its_rules_with_their_history_at_once(self) -> None:
        partner = make_partner()
        with CaptureQueriesContext(connection) as asked:
            version = make_policy(partner)
        rules = list(version.rules.order_by("number"))
        assert [(rule.name, rule.edition) for rule in rules] == [
            (name, 1) for name, _, _ in DEFAULT_RULES
        ]
        kept = Rule.history.filter(version=version).order_by("number")
        assert [(row.id, row.name, row.history_type) for row in kept] == [
            (rule.pk, rule.name, "+") for rule in rules
        ]
        written = [each["sql"] for each in asked if 'INTO "policies_' in each["sql"]]
        assert len(written) < len(rules)


class TestDecide:
    def test_keeps_the_verdict_with_every_reason(self) -> None:
        version, facts = make_policy(), make_facts(requested_on=dt.date(2026, 4, 3))
        decision = services.decide(
            partner_id=version.partner_id,
            version=version,
            facts=facts,
            subject="returnline:3",
            case="return:1",
            actor=DESK,
            now=NOW,
        )
        stored = Decision.objects.get()
        assert (stored.verdict, stored.version) == (Verdict.REJECT, version)
        assert "3 days late: eligible if asked by 31 March 2026." in decision.sentence
        assert [item["result"] for item in stored.findings] == ["fail", "ok", "info"]
        assert Event.objects.get(kind="decision.made").data["about"] == "returnline:3"

    def test_judges_as_the_preview_did(self) -> None:
        version = make_policy()
        preview = queries.judge_facts(version=version, facts=make_facts())
        decision = services.decide(
            partner_id=version.partner_id,
            version=version,
            facts=make_facts(),
            subject="returnline:3",
            case="return:1",
            actor=DESK,
            now=NOW,
        )
        assert decision.findings == [finding.as_json() for finding in preview.findings]


class TestPublishVersion:
    def test_retires_the_one_before_and_names_who_did_it(self) -> None:
        first, author, publisher = make_policy(), make_user(), make_user()
        second = publish(draft(first.partner_id, Actor.user(author)), Actor.user(publisher))
        first.refresh_from_db()
        assert (first.state, first.retired_at) == (VersionState.RETIRED, NOW)
        assert queries.get_published(first.partner_id) == second
        assert (second.drafted_by, second.published_by) == (author, publisher)

    def test_refuses_everyone_who_has_worked_on_it(self) -> None:
        first, starter, writer = make_policy(), make_user(), make_user()
        version = draft(first.partner_id, Actor.user(starter))
        write_window(version, 5, number=1, actor=Actor.user(writer))
        for person in (starter, writer):
            with pytest.raises(ActionBlocked, match="somebody else has to publish it"):
                publish(version, Actor.user(person))
        assert queries.get_published(first.partner_id) == first

    def test_leaves_open_cases_their_version(self) -> None:
        first = make_policy()
        version = draft(first.partner_id)
        write_window(version, 14, number=1)
        publish(version)
        late = make_facts(requested_on=dt.date(2026, 3, 20))
        before = queries.judge_facts(version=first, facts=late)
        after = queries.judge_facts(version=version, facts=late)
        assert (before.verdict, after.verdict) == (Verdict.AUTHORISE, Verdict.REJECT)

    def test_refuses_a_version_that_cannot_decide_every_case(self) -> None:
        version = draft(make_partner().pk)
        write_window(version, 30, country="DE")
        with pytest.raises(PolicyIncomplete) as refused:
            publish(version)
        assert "“Return window” has no rule that covers everything." in refused.value.problems
        assert len(refused.value.problems) == 3

    def test_refuses_what_was_published_before(self) -> None:
        with pytest.raises(ActionBlocked, match="published and never changes"):
            publish(make_policy())


class TestWriteRule:
    def test_raises_the_edition_once_per_version(self) -> None:
        version = draft(make_policy().partner_id)
        assert write_window(version, 14, number=1).edition == 2
        assert write_window(version, 10, number=1).edition == 2
        assert write_window(version, 30, number=1).edition == 1  # as it was published

    def test_never_uses_a_number_twice(self) -> None:
        version = draft(make_policy().partner_id)
        added = write_window(version, 60, country="FR")
        services.remove_rule(
            version_id=version.pk, number=added.number, actor=DESK, op_id=uuid4(), now=NOW
        )
        assert write_window(version, 60, country="FR").number == added.number + 1

    def test_refuses_a_value_that_can_never_be_right(self) -> None:
        version = draft(make_policy().partner_id)
        with pytest.raises(BadParameter, match="must be at least 1") as refused:
            services.write_rule(
                version_id=version.pk,
                name="Send back",
                parameters=SendBack(days=0),
                scope=Scope(),
                priority=0,
                actor=DESK,
                op_id=uuid4(),
                now=NOW,
            )
        assert refused.value.field == "days"

    def test_refuses_a_version_that_was_published(self) -> None:
        with pytest.raises(ActionBlocked, match="Draft a new version"):
            write_window(make_policy(), 14, number=1)


class TestPublishedVersions:
    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE policies_rule SET parameters = '{}'",
            "DELETE FROM policies_rule",
            "INSERT INTO policies_rule (partner_id, version_id, number, kind, name, parameters,"
            " channel, account_tier, category, sku, reason, country, priority, edition)"
            " SELECT partner_id, id, 99, 'send_back', '', '{}', '', '', '', '', '', '', 0, 1"
            " FROM policies_policyversion",
            "UPDATE policies_policyversion SET note = 'other'",
            "UPDATE policies_policyversion SET state = 'draft'",
            "DELETE FROM policies_policyversion",
        ],
    )
    def test_cannot_be_changed_even_by_direct_sql(self, sql: str) -> None:
        make_policy()
        with (
            connection.cursor() as cursor,
            pytest.raises(IntegrityError, match="is refused"),
            transaction.atomic(),
        ):
            cursor.execute(sql)

    def test_are_not_remembered_when_their_publication_was_undone(self) -> None:
        version = draft(make_policy().partner_id)
        undo = transaction.savepoint()
        queries.get_book(publish(version))
        transaction.savepoint_rollback(undo)
        write_window(version, 5, number=1)
        late = make_facts(requested_on=dt.date(2026, 3, 16))  # past what German law gives as well
        judged = queries.judge_facts(version=version, facts=late)
        assert judged.verdict == Verdict.REJECT
