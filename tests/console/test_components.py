from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from console.components import (
    Action,
    Availability,
    Badge,
    GoodsLine,
    HoldClock,
    Step,
    Stepper,
    StockRow,
    words_for_time_left,
)
from console.glyphs import glyph_of

NOW = dt.datetime(2026, 11, 21, 10, 14, tzinfo=dt.UTC)


def draw(name: str, **context: Any) -> str:
    request = RequestFactory().get("/")
    return render_to_string(f"components/{name}.html", context, request)


def action(**fields: Any) -> Action:
    return Action(**({"label": "Release", "url": "/release/"} | fields))


class TestWordsForTimeLeft:
    @pytest.mark.parametrize(
        ("left", "words"),
        [
            (dt.timedelta(days=2, hours=20, minutes=5), "2 d 20 h left"),
            (dt.timedelta(hours=6, minutes=3), "6 h 3 min left"),
            (dt.timedelta(minutes=22, seconds=59), "22 min left"),
            (dt.timedelta(minutes=4, seconds=5), "4:05 left"),
            (dt.timedelta(seconds=42), "42 s left"),
            (dt.timedelta(milliseconds=200), "1 s left"),
            (dt.timedelta(0), "ended"),
            (dt.timedelta(minutes=-5), "ended"),
        ],
    )
    def test_grow_finer_as_the_end_comes_near(self, left: dt.timedelta, words: str) -> None:
        assert words_for_time_left(left) == words


class TestAction:
    def test_that_is_allowed_posts_its_fields_with_a_token(self) -> None:
        html = draw("action", action=action(fields={"op_id": "one", "version": "7"}, key="a"))

        assert 'method="post" action="/release/"' in html
        assert '<input type="hidden" name="op_id" value="one">' in html
        assert "csrfmiddlewaretoken" in html
        assert 'data-key="a"' in html

    def test_that_is_blocked_stays_in_reach_and_says_why(self) -> None:
        html = draw("action", action=action(blocked_because="Parcel not received."))

        assert 'aria-disabled="true" aria-describedby="why-release"' in html
        assert 'id="why-release"' in html
        assert "Parcel not received." in html

    def test_that_is_blocked_cannot_be_sent(self) -> None:
        html = draw("action", action=action(blocked_because="Parcel not received."))

        assert "<form" not in html
        assert " disabled" not in html

    def test_that_is_blocked_leads_to_what_would_help(self) -> None:
        blocked = action(blocked_because="Over your limit.", fix_label="Ask", fix_url="/ask/")

        assert '<a href="/ask/">Ask</a>' in draw("action", action=blocked)

    def test_that_only_leads_somewhere_is_a_link(self) -> None:
        html = draw("action", action=action(method="get", opens="confirm"))

        assert '<a class="button"' in html
        assert 'data-opens="confirm"' in html


class TestBadge:
    @pytest.mark.parametrize("tone", ["plain", "info", "good", "warn", "bad", "hold"])
    def test_has_a_sign_beside_its_colour(self, tone: Any) -> None:
        html = draw("badge", badge=Badge(word="Held", tone=tone))

        assert f'data-tone="{tone}"' in html
        assert "<use href=" in html
        assert "Held" in html


class TestStepper:
    def test_marks_the_step_that_is_under_way(self) -> None:
        steps = [Step(word="Ready", state="done"), Step(word="In transit", state="now")]
        html = draw("stepper", stepper=Stepper(label="Exchange", steps=steps))

        assert html.count('aria-current="step"') == 1
        assert "Ready<i" in html

    def test_says_what_it_waits_for(self) -> None:
        stepper = Stepper(label="Return", steps=[], waits_for="the parcel")

        assert "Waits for the parcel" in draw("stepper", stepper=stepper)


class TestAvailability:
    def test_offers_only_centres_with_enough(self) -> None:
        rows = [
            StockRow(centre="Leipzig", free="6", distance="", cost="", arrives="", value="1"),
            StockRow(
                centre="Lyon", free="0", distance="", cost="", arrives="", value="2", is_short=True
            ),
        ]
        stock = Availability(caption="Stock", rows=rows, as_of="now", field_name="centre")
        html = draw("availability", availability=stock)

        assert html.count('type="radio"') == 2
        assert '<input type="radio" name="centre" value="2" disabled>' in html

    def test_marks_what_changed_while_it_was_shown(self) -> None:
        row = StockRow(
            centre="Leipzig", free="0", distance="", cost="", arrives="", has_changed=True
        )
        html = draw("availability", availability=Availability(caption="", rows=[row], as_of=""))

        assert "just changed" in html


class TestHoldClock:
    def test_carries_the_servers_time_and_reads_without_script(self) -> None:
        clock = HoldClock(
            taken_at=NOW - dt.timedelta(minutes=8),
            expires_at=NOW + dt.timedelta(minutes=22),
            now=NOW,
            ends_words="Hold ends 10:36",
        )
        html = draw("hold_clock", clock=clock)

        assert 'now="2026-11-21T10:14:00+00:00"' in html
        assert 'expires-at="2026-11-21T10:36:00+00:00"' in html
        assert "22 min left" in html
        assert 'max="1800" value="480"' in html


class TestGoodsLine:
    def test_that_is_out_of_stock_cannot_be_chosen(self) -> None:
        line = GoodsLine(
            title="Shoe", sku="S", category="", field_name="out", value="S", is_out=True
        )

        assert "disabled" in draw("goods_line", line=line)

    def test_escapes_what_a_shop_calls_its_goods(self) -> None:
        line = GoodsLine(title="<b>Shoe</b>", sku="S", category="")

        assert "&lt;b&gt;Shoe" in draw("goods_line", line=line)


class TestGlyph:
    @pytest.mark.parametrize(
        ("category", "glyph"),
        [("Footwear", "shoe"), ("coffee-machines", "coffee"), ("headphones", "headphones")],
    )
    def test_is_the_same_for_a_category_each_time(self, category: str, glyph: str) -> None:
        assert glyph_of(category) == glyph

    def test_of_what_nobody_drew_is_a_box(self) -> None:
        assert glyph_of("obscura") == "box"
