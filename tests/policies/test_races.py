"""Two people publish at once: one version is in force, whoever comes first."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection

from core.actors import Actor
from policies import services
from policies.models import PolicyVersion, Rule
from policies.rules import ReturnWindow, Scope
from policies.states import VersionState
from tests.concurrency.races import race, without_row_locks
from tests.factories.policies import NOW, make_policy

pytestmark = pytest.mark.django_db(transaction=True)

DESK = Actor.system("test")
ROUNDS = 5


def draft(partner_id: int) -> PolicyVersion:
    return services.draft_version(partner_id=partner_id, actor=DESK, op_id=uuid4(), now=NOW)


def publish(version: PolicyVersion) -> PolicyVersion:
    return services.publish_version(version_id=version.pk, actor=DESK, op_id=uuid4(), now=NOW)


def publish_in_parallel() -> list[bool]:
    """Whether each of four drafts got through."""
    first = PolicyVersion.objects.filter(state=VersionState.PUBLISHED).first() or make_policy()
    drafts = [draft(first.partner_id) for _ in range(4)]
    return [finish.won for finish in race([partial(publish, version) for version in drafts])]


class TestPublishing:
    def test_lets_everyone_through_one_after_the_other(self) -> None:
        assert publish_in_parallel() == [True] * 4
        states = PolicyVersion.objects.values_list("state", flat=True)
        assert sorted(states) == ["published"] + ["retired"] * 4

    def test_runs_into_the_constraint_without_its_lock(self) -> None:
        with without_row_locks():
            results = [won for _ in range(ROUNDS) for won in publish_in_parallel()]
        assert not all(results)
        assert PolicyVersion.objects.filter(state=VersionState.PUBLISHED).count() == 1


class TestWritingWhilePublishing:
    """The rule is either in the published version before it was published, or refused."""

    def write(self, version: PolicyVersion) -> Rule:
        return services.write_rule(
            version_id=version.pk,
            name="Late rule",
            parameters=ReturnWindow(days=20, transit_days=5),
            scope=Scope(country="FR"),
            priority=0,
            actor=DESK,
            op_id=uuid4(),
            now=NOW,
        )

    def test_leaves_no_rule_written_after_the_publication(self) -> None:
        version = draft(make_policy().partner_id)
        wrote, published = race([partial(self.write, version), partial(publish, version)])
        assert published.won
        assert version.rules.filter(name="Late rule").exists() == wrote.won

    def test_is_guarded_by_the_database_too(self) -> None:
        """A writer that asks nobody waits for the publication and is refused by the trigger."""
        version = draft(make_policy().partner_id)

        def write_by_hand() -> None:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE policies_rule SET name = 'x' WHERE version_id = %s", [pk])

        pk = version.pk
        wrote, published = race([write_by_hand, partial(publish, version)])
        assert published.won
        renamed = version.rules.filter(name="x").exists()
        assert renamed == wrote.won
        assert wrote.won or isinstance(wrote.error, IntegrityError)
