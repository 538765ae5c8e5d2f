"""Every page of the policy's admin, light and dark, at a desk and on a telephone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from core import clock, jobs
from core.actors import Actor
from core.models import User
from core.roles import Role
from policies.forms import RuleForm
from policies.models import PolicyVersion, Rule
from policies.rules import KINDS, ReturnWindow, Scope
from policies.services import draft_version, start_backtest, write_rule
from returns.models import Return
from tests.browser.shop import Shop, open_shop, sell
from tests.browser.test_screens import troubles
from tests.browser.visits import enter
from tests.factories.cases import open_case
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db(transaction=True)

VERSIONS = "/admin/policies/policyversion/"
RULES = "/admin/policies/rule/"


def try_a_shorter_window(shop: Shop, admin: User) -> PolicyVersion:
    """A draft that was tried on a case which it would decide otherwise."""
    order = sell(shop.blue, email="late@customers.example")
    order.delivered_at = clock.now() - dt.timedelta(days=20)
    order.save()
    open_case(order, now=clock.now())
    live = PolicyVersion.objects.get(state="published")

    def who() -> dict[str, Any]:
        return {"actor": Actor.user(admin), "op_id": uuid4(), "now": clock.now()}

    draft = draft_version(partner_id=live.partner_id, based_on_id=live.pk, **who())
    window = draft.rules.get(kind="return_window")
    write_rule(
        version_id=draft.pk,
        number=window.number,
        name=window.name,
        parameters=ReturnWindow(days=14, transit_days=5),
        scope=Scope(),
        priority=0,
        **who(),
    )
    jobs.run(start_backtest(version_id=draft.pk, days=90, **who()).job_id, now=clock.now())
    return draft


def of_policies(draft: PolicyVersion) -> Iterator[str]:
    live = PolicyVersion.objects.get(state="published")
    case = Return.objects.latest("pk").number
    yield from ("/admin/", "/admin/policies/", VERSIONS, RULES)
    yield from (f"{VERSIONS}{live.pk}/change/", f"{VERSIONS}{draft.pk}/change/?against={live.pk}")
    yield from (f"{VERSIONS}{draft.pk}/backtest/flips/?before=authorise&after=reject",)
    yield from (f"{VERSIONS}{draft.pk}/try/", f"{VERSIONS}{draft.pk}/try/?case={case}")
    rule = Rule.objects.get(version=draft, kind="return_window")
    yield from (f"{RULES}{rule.pk}/change/", f"{RULES}{rule.pk}/history/")
    yield f"{RULES}{rule.pk}/delete/"
    kinds = list_kinds_with_every_sort_of_field(draft)
    yield from (f"{RULES}add/?version={draft.pk}&kind={kind}" for kind in kinds)


def list_kinds_with_every_sort_of_field(draft: PolicyVersion) -> list[str]:
    """Some few: each kind's form is made of its fields by the same template."""
    sorts: dict[str, set[Any]] = {
        kind: {
            (type(field), type(field.widget), field.required, bool(field.help_text))
            for field in RuleForm(instance=Rule(version=draft, partner=draft.partner, kind=kind))
            .fields.values()
        }
        for kind in KINDS
    }  # fmt: skip
    found: list[str] = []
    while left := set.union(*sorts.values()) - set.union(set(), *(sorts[each] for each in found)):
        found.append(max(sorts, key=lambda kind: len(sorts[kind] & left)))
    return found


class TestScreensOfThePolicy:
    def test_keep_nobody_out(self, page: Page, live_server: LiveServer) -> None:
        shop = open_shop()
        admin = make_user(Role.ADMIN, is_staff=True)
        draft = try_a_shorter_window(shop, admin)
        enter(page, live_server, admin, then=VERSIONS)
        found = []
        for address in of_policies(draft):
            answer = page.goto(live_server.url + address)
            if answer is None or not answer.ok:
                found.append(f"{address} did not open")
            found += troubles(page)
        assert not found, "\n".join(found)
