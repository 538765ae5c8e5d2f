from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from core import jobs
from core.models import Event, Job
from core.roles import Role
from intake import mining, running, services
from intake.grouping import list_groups, list_of_group
from intake.mining import Fix
from intake.models import ChannelDocument, RuleSet, SkuMapping
from intake.services import backfilling
from intake.states import DocumentState
from orders.models import Channel, Order
from tests.factories.people import make_user
from tests.factories.stock import make_variant
from tests.intake.channel_documents import SHIPSTATION, of
from tests.intake.desk import DESK, NOW, make_channel, receive, take_in
from tests.intake.documents import body, shopify, without

S = DocumentState

pytestmark = pytest.mark.django_db


def lead() -> Any:
    return make_user(role=Role.LEAD)


def send_broken(shop: Channel, numbers: range, **changes: Any) -> None:
    """Paid orders in which one line is there twice while the total counts it once."""
    for number in numbers:
        document = shopify(id=number, admin_graphql_api_id=None, **changes)
        document["line_items"].append(document["line_items"][0])
        take_in(shop, document)


def group_of(user: Any, cause: str) -> tuple[Any, list[ChannelDocument]]:
    (found,) = [group for group in list_groups(user) if group.cause == cause]
    return found, list(list_of_group(user, found))


def run(job: Job) -> Job:
    jobs.run(job.pk, now=NOW)
    job.refresh_from_db()
    return job


class TestGroups:
    def test_stand_in_the_order_of_what_they_hold_up(self) -> None:
        user, shop = lead(), make_channel()
        take_in(shop, b'{"id": 1,}')
        take_in(shop, without(shopify(id=9, financial_status="pending"), "currency"))
        send_broken(shop, range(3))
        first, *others = list_groups(user)
        assert (first.cause, first.count, first.customers) == ("does_not_add_up", 3, 3)
        assert first.worth == {"EUR": Decimal("306.60")}
        assert {group.cause for group in others} == {"missing", "not_valid_json"}

    def test_are_those_of_partners_one_may_see(self) -> None:
        take_in(make_channel(), b"{")
        assert list_groups(make_user(role=Role.AGENT)) == []


class TestMiner:
    def test_drops_a_line_that_is_there_twice_and_says_how_many_pass(self) -> None:
        user, shop = lead(), make_channel()
        send_broken(shop, range(13))
        send_broken(shop, range(13, 14), note="odd", total_price="999.00")
        _, waiting = group_of(user, "does_not_add_up")
        best = mining.propose(waiting)[0]
        assert best.fix.details == {"edit": "repeated_lines"}
        assert (best.passes, best.total, best.stays[0][1]) == (13, 14, 1)

    def test_promises_nothing_of_an_order_that_was_sold_for_other_money(self) -> None:
        user, shop = lead(), make_channel()
        take_in(shop, shopify())
        tip = {"updated_at": "2026-03-02T09:00:00Z", "total_tip_received": "1.00"}
        take_in(shop, shopify(**tip, total_price="103.20"))
        _, waiting = group_of(user, "money_changed")
        (again,) = mining.propose(waiting)
        assert (again.fix.kind, again.passes, again.total) == ("replay", 0, 1)
        ((reason, count),) = again.stays
        assert reason.startswith("Its money changed: ")
        assert count == 1

    def test_proposes_the_channels_own_currency_and_zone(self) -> None:
        user = lead()
        shop = make_channel("shipstation", currency="USD", time_zone="America/Los_Angeles")
        take_in(shop, SHIPSTATION)
        _, waiting = group_of(user, "missing")
        assert mining.propose(waiting)[0].passes == 1

    def test_proposes_the_nearest_sku(self) -> None:
        user, shop = lead(), make_channel(holds_unknown_skus=True)
        make_variant("SHIRT-BLUE-M")
        make_variant("SOCKS-1")
        take_in(shop, shopify())
        _, waiting = group_of(user, "unknown_sku")
        best = mining.propose(waiting)[0]
        assert (best.fix.details, best.passes) == ({"theirs": "SOCKS", "ours": "SOCKS-1"}, 1)

    @pytest.mark.parametrize(
        ("how", "broken"),
        [
            ("trailing_commas", b'{"a": ",}", "b": [1,],}'),
            ("byte_order_mark", b'\xef\xbb\xbf{"a": ",}", "b": [1]}'),
        ],
    )
    def test_mends_bytes_and_leaves_texts_alone(self, how: str, broken: bytes) -> None:
        assert mining.EDITS[how](broken) == b'{"a": ",}", "b": [1]}'


class TestFreeing:
    def free(self, shop: Channel, fix: Fix, waiting: list[ChannelDocument], user: Any) -> Job:
        from core.actors import Actor

        return run(
            services.start_freeing(
                channel_id=shop.pk, document_ids=[each.pk for each in waiting], kind=fix.kind,
                says=fix.says, details=fix.details, actor=Actor.user(user), op_id=uuid4(), now=NOW,
            )
        )  # fmt: skip

    def test_edits_each_and_keeps_the_original(self) -> None:
        user, shop = lead(), make_channel()
        send_broken(shop, range(3))
        _, waiting = group_of(user, "does_not_add_up")
        job = self.free(shop, mining.propose(waiting)[0].fix, waiting, user)
        assert (job.state, job.result["accepted"]) == (Job.State.DONE, 3)
        assert Order.objects.count() == 3
        edited = ChannelDocument.objects.filter(state=S.ACCEPTED)
        assert {each.edited_by for each in edited} == {user}
        assert ChannelDocument.objects.filter(state=S.DISCARDED).count() == 3

    def test_maps_a_sku_for_good(self) -> None:
        user, shop = lead(), make_channel(holds_unknown_skus=True)
        make_variant("SHIRT-BLUE-M")
        make_variant("SOCKS-1")
        take_in(shop, shopify())
        _, waiting = group_of(user, "unknown_sku")
        self.free(shop, mining.propose(waiting)[0].fix, waiting, user)
        assert SkuMapping.objects.get().ours == "SOCKS-1"
        assert take_in(shop, shopify(id=2, admin_graphql_api_id=None)).state == S.ACCEPTED

    def test_publishes_a_rule_that_was_tried(self) -> None:
        user = lead()
        shop = make_channel("shipstation", currency="USD", time_zone="UTC")
        take_in(shop, SHIPSTATION)
        _, waiting = group_of(user, "missing")
        self.free(shop, mining.propose(waiting)[0].fix, waiting, user)
        assert RuleSet.objects.get().state == "published"
        later = take_in(shop, of(SHIPSTATION, orderId=10, orderNumber="SS-10"))
        assert later.state == S.ACCEPTED

    def test_counts_what_no_longer_waits(self) -> None:
        user, shop = lead(), make_channel()
        send_broken(shop, range(2))
        _, waiting = group_of(user, "does_not_add_up")
        services.discard_document(
            document_id=waiting[0].pk, reason="A test.", actor=DESK, op_id=uuid4(), now=NOW
        )
        job = self.free(shop, Fix(kind="replay", says="Again."), waiting, user)
        assert (job.result["no longer waited"], job.result["held"]) == (1, 1)


class TestRaw:
    def test_is_read_only_with_a_record_of_it(self) -> None:
        document = take_in(make_channel(), shopify())
        content = services.read_raw(
            document_id=document.pk, why="looked at", actor=DESK, op_id=uuid4(), now=NOW
        )
        assert content == body(shopify())
        assert Event.objects.get(kind="document.raw_read").data["why"] == "looked at"


class TestBackfill:
    def keep(self, text: str, *, is_table: bool = False) -> Any:
        return backfilling.keep_file(
            channel=make_channel("shopify" if not is_table else "shopify-csv"), name="old.jsonl",
            lines=iter(text.splitlines(keepends=True)), is_table=is_table, now=NOW,
        )  # fmt: skip

    def start(self, backfill: Any) -> Job:
        return services.start_backfill(backfill_id=backfill.pk, actor=DESK, op_id=uuid4(), now=NOW)

    def test_takes_every_line_and_shows_how_far_it_is(self) -> None:
        lines = [body(shopify(id=n, admin_graphql_api_id=None)).decode() for n in range(60)]
        backfill = self.keep("\n".join(lines))
        job = run(self.start(backfill))
        assert (job.state, job.done, job.total) == (Job.State.DONE, 60, 60)
        assert Order.objects.count() == 60

    def test_stops_and_goes_on_without_losing_or_doubling(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(backfilling, "STEP", 25)
        lines = [body(shopify(id=n, admin_graphql_api_id=None)).decode() for n in range(60)]
        backfill, advance = self.keep("\n".join(lines)), jobs.advance

        def stop(job_id: int, **step: Any) -> None:
            advance(job_id, **step)
            raise jobs.StopWanted

        monkeypatch.setattr(jobs, "advance", stop)
        assert run(self.start(backfill)).state == Job.State.STOPPED
        monkeypatch.setattr(jobs, "advance", advance)
        backfill.refresh_from_db()
        assert backfill.taken == backfilling.STEP
        assert run(self.start(backfill)).done == 60 - backfilling.STEP
        assert Order.objects.count() == ChannelDocument.objects.count() == 60

    def test_is_taken_by_several_each_at_a_part_of_its_own(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A helper takes one part at a time; the job takes what is left, and ends with the last."""
        monkeypatch.setattr(backfilling, "RECORDS_IN_PART", 20)
        lines = [body(shopify(id=n, admin_graphql_api_id=None)).decode() for n in range(60)]
        backfill = self.keep("\n".join(lines))
        mine = backfilling.claim_part(backfill.pk)
        theirs = backfilling.claim_part(backfill.pk)
        assert mine is not None
        assert theirs is not None
        assert mine[0] != theirs[0]
        backfilling.release_part(*theirs)
        job = self.start(backfill)
        assert not running.help_backfill(job.pk, now=NOW)  # it has not begun
        Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING)
        assert running.help_backfill(job.pk, now=NOW)
        assert running.help_backfill(job.pk, now=NOW)
        assert not running.help_backfill(job.pk, now=NOW)  # the third is in other hands
        job.refresh_from_db()
        assert (job.done, Order.objects.count()) == (40, 40)
        Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED)
        backfilling.release_part(*mine)
        assert run(job).result == {"records": 60, "file": "old.jsonl"}
        assert Order.objects.count() == ChannelDocument.objects.count() == 60

    def test_lets_nobody_take_a_part_whose_lease_has_gone_to_another(self) -> None:
        backfill = self.keep(body(shopify()).decode())
        late = backfilling.claim_part(backfill.pk)
        assert late is not None
        backfilling.release_part(*late)
        now_theirs = backfilling.claim_part(backfill.pk)
        assert now_theirs is not None

        def take(claim: tuple[int, int]) -> int:
            return services.take_records(
                part_id=claim[0], lease=claim[1], records=[(0, body(shopify()))],
                actor=DESK, op_id=uuid4(), now=NOW,
            )  # fmt: skip

        assert take(late) == 0
        backfilling.release_part(*late)  # which is not theirs to give back
        assert backfilling.claim_part(backfill.pk) is None
        assert take(now_theirs) == 1
        assert take(now_theirs) == 0
        assert ChannelDocument.objects.count() == 1

    def test_makes_an_order_of_the_rows_that_belong_together(self) -> None:
        header = "Name,Lineitem quantity,Lineitem price\n"
        backfill = self.keep(header + "#1,1,2\n#1,1,3\n#2,1,2\n", is_table=True)
        assert [content.count(b"\n") for _, content in backfilling.read_from(backfill)] == [3, 2]


class TestTooMany:
    def test_are_told_to_come_again_and_nothing_is_kept(
        self, settings: Any, client: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from intake import tasks
        from intake.signing import sign

        monkeypatch.setattr(tasks.settle_documents, "delay", lambda: None)
        settings.INTAKE_MOST_WAITING = 4
        shop = make_channel("shopify", "shop")
        services.add_secret(channel=shop, secret="hush", actor=DESK, op_id=uuid4(), now=NOW)
        for number in range(2):
            receive(shop, shopify(id=number))

        def post(number: int) -> Any:
            content = body(shopify(id=number))
            signature = {"X-Shopify-Hmac-Sha256": sign(content, b"hush")}
            return client.post(
                "/webhooks/shopify/shop/", content, "application/json", headers=signature
            )

        refused = post(9)
        assert refused.status_code == 429
        assert 5 <= int(refused["Retry-After"]) <= 15
        assert ChannelDocument.objects.count() == 2
        services.settle_document(
            document_id=ChannelDocument.objects.order_by("pk")[0].pk, actor=DESK, op_id=uuid4(),
            now=NOW,
        )  # fmt: skip
        assert post(9).status_code == 200


class TestSources:
    def test_are_late_by_what_is_usual_at_that_hour(self) -> None:
        from intake.sources import list_sources

        shop, user = make_channel(), lead()
        for day in range(1, 15):
            for minute in (0, 15, 30, 45):
                document = receive(shop, shopify(id=day * 100 + minute))
                at = NOW - dt.timedelta(days=day) + dt.timedelta(minutes=minute)
                ChannelDocument.objects.filter(pk=document.pk).update(received_at=at)
        (source,) = list_sources(user, now=NOW + dt.timedelta(minutes=50))
        assert source.usual_gap is not None
        assert 10 <= source.usual_gap.total_seconds() / 60 <= 20
        assert source.is_late(NOW + dt.timedelta(minutes=50))
