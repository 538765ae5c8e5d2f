"""Making the demo shop: everything, once, on an empty database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from random import Random

from django.conf import settings
from django.db import connection

from core.actors import Actor
from core.errors import DomainError
from core.models import Partner
from demo.advanced import tell_of_advanced
from demo.backorders import tell_of_backorders
from demo.cases import Stage
from demo.crews import tell_of_crews
from demo.customers import find_order_to_try, rate_cases
from demo.defects import tell_of_defects
from demo.limits import set_limits
from demo.messages import stop_some, write_wordings
from demo.netting import tell_of_netting
from demo.orders import sell
from demo.partners import let_programs_in
from demo.parts import tell_of_parts
from demo.payments import connect_provider, dispute_a_payment, move_money
from demo.policy import publish_house_rules
from demo.shop import open_shop
from demo.sources import ask_the_market, send_old_orders
from demo.staff import hand_out_passwords, hire
from demo.stories import tell_stories
from demo.troubles import send_troubles
from demo.warehouses import connect_warehouses

SEED = 20_26

Say = Callable[[str], None]


class NotEmpty(DomainError):
    """The database has a shop already; the demo would mix with it."""

    code = "not_empty"


DAYS_BEFORE_RULES = dt.timedelta(days=90)


def make_demo(*, now: dt.datetime, logins: Path | None, say: Say, seed: int = SEED) -> None:
    """Open the shop, sell, and tell the cases' stories, the same for one `seed` and `now`.

    People get passwords only when there is a file to write them to; nobody can sign in
    otherwise. Raises NotEmpty.
    """
    if Partner.objects.exists():
        raise NotEmpty("There is a shop in this database already: the demo needs an empty one.")
    _do_not_wait_for_the_disk()
    random = Random(seed)
    say("demo: centres, catalogue and shelves")
    shop = open_shop(random=random, now=now)
    set_limits(shop)
    people = hire(shop.partner)
    publish_house_rules(
        shop.partner,
        author=Actor.user(people["admin"]),
        publisher=Actor.user(people["second"]),
        now=now - DAYS_BEFORE_RULES,
    )
    say("demo: orders of four channels")
    purchases = sell(shop, random=random, now=now)
    send_troubles(shop, purchases, now=now)
    send_old_orders(shop, admin=Actor.user(people["admin"]), now=now)
    ask_the_market(shop, is_there=bool(settings.SOURCE_SIMULATOR_URL), now=now)
    let_programs_in(shop.partner, now=now)
    say("demo: cases")
    stage = Stage(shop, people, random, now)
    write_wordings(stage)
    cases = tell_stories(stage) + tell_of_defects(stage) + tell_of_crews(stage)
    cases += tell_of_backorders(stage)
    connect_provider(stage, secret=settings.PAYMENT_SANDBOX_SECRET)
    move_money(stage)
    cases += tell_of_advanced(stage) + tell_of_netting(stage) + tell_of_parts(stage)
    stop_some(stage)
    dispute_a_payment(stage)
    connect_warehouses(shop.locations.values(), secret=settings.WAREHOUSE_SIMULATOR_SECRET, now=now)
    rate_cases(stage)
    if logins is not None:
        hand_out_passwords(people, logins)
    if (order := find_order_to_try(stage)) and order.ship_to:
        place = order.ship_to.postcode
        say(f"demo: as a customer, /my/ with order {order.number}, postcode {place}")
    say(f"demo: {len(purchases)} orders, {cases} cases")


def _do_not_wait_for_the_disk() -> None:
    """A crash while the demo loads costs a fresh start, not anyone's data."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
