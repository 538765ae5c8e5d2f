"""django-oscar, asked in lines of JSON. Runs in a Python of its own, knows nothing of the desk.

A hold is what its checkout does for a line: read the stock record, ask the availability policy,
`StockRecord.allocate` in a transaction.
"""

import json
import os
import random
import sys
from collections.abc import Callable
from typing import Any

import django
from django.conf import settings
from oscar import INSTALLED_APPS, defaults

from bench.rush import rush, rush_for

settings.configure(
    **{name: value for name, value in vars(defaults).items() if name.isupper()},
    INSTALLED_APPS=INSTALLED_APPS,
    SITE_ID=1,
    SECRET_KEY="only-for-a-measurement",  # noqa: S106
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": os.environ["PGDATABASE"],
            "CONN_MAX_AGE": None,
        }
    },
    HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
)
django.setup()

# After Django is set up: they import models.
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from oscar.apps.catalogue.models import Product, ProductClass  # noqa: E402
from oscar.apps.partner.models import Partner, StockRecord  # noqa: E402
from oscar.apps.partner.strategy import Default  # noqa: E402

STRATEGY = Default()


def fill(*, skus: int, units: int) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    kind = ProductClass.objects.create(name="Goods", track_stock=True)
    partner = Partner.objects.create(name="Shop", code="shop")
    products = Product.objects.bulk_create(
        Product(product_class=kind, title=f"B-{number}", slug=f"b-{number}")
        for number in range(1, skus + 1)
    )
    StockRecord.objects.bulk_create(
        StockRecord(
            product=product, partner=partner, partner_sku=product.title, price=1, num_in_stock=units
        )
        for product in products
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {}


def hold(*, skus: int, clients: int, seconds: float) -> dict[str, Any]:
    records = list(StockRecord.objects.order_by("pk").values_list("pk", flat=True)[:skus])
    tally = rush_for(lambda _: allocate(random.choice(records)), seconds=seconds, processes=clients)
    return {
        "calls": tally.answers["held"],
        "refused": tally.calls - tally.answers["held"],
        "seconds": tally.seconds,
        "p99": tally.percentile(0.99),
    }


def race(*, units: int, clients: int) -> dict[str, Any]:
    record = StockRecord.objects.order_by("pk")[0]
    StockRecord.objects.filter(pk=record.pk).update(num_in_stock=units, num_allocated=0)
    tally = rush(lambda _: allocate(record.pk), calls=2 * units, processes=clients)
    return {"promised": tally.answers["held"]}


def allocate(record_id: int) -> str:
    with transaction.atomic():
        record = StockRecord.objects.select_related("product").get(pk=record_id)
        policy = STRATEGY.availability_policy(record.product, record)
        permitted, why = policy.is_purchase_permitted(1)
        if not permitted:
            return str(why)
        record.allocate(1)
    return "held"


def main() -> None:
    answers: dict[str, Callable[..., dict[str, Any]]] = {"fill": fill, "hold": hold, "race": race}
    for line in sys.stdin:
        question = json.loads(line)
        print(json.dumps(answers[question.pop("do")](**question)), flush=True)


if __name__ == "__main__":
    main()
