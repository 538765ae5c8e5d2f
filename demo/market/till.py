"""What the till has sold: an order every ten minutes, the same for one opening, as an export."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from pathlib import Path
from random import Random

EVERY = 600  # seconds between two orders
BEFORE = 6  # orders that were there when it opened
MOST = 60  # orders in the file, the newest: a till forgets
RATE = Decimal("0.19")
CENT = Decimal("0.01")
# SKU, title, price in EUR with tax.
GOODS = (
    ("TRL-2-B42", "Trail 2 running shoe", "149.90"),
    ("FLC-3-GM", "Brushed fleece", "89.00"),
    ("TEE-1-WL", "Heavy T-shirt", "29.90"),
    ("TEE-2-BM", "Striped T-shirt", "34.90"),
)
PEOPLE = (
    ("Jonas Weber", "Karl-Heine-Straße 40", "04229", "Leipzig"),
    ("Mina Aydın", "Sonnenallee 12", "12047", "Berlin"),
    ("Paula Krüger", "Große Bleichen 3", "20354", "Hamburg"),
)
HEADER = (
    *("Name", "Email", "Financial Status", "Fulfillment Status", "Currency", "Subtotal"),
    *("Shipping", "Taxes", "Total", "Discount Amount", "Created at", "Lineitem quantity"),
    *("Lineitem name", "Lineitem price", "Lineitem sku", "Billing Name", "Billing Street"),
    *("Billing Zip", "Billing City", "Billing Country", "Id"),
)


def opened_at(folder: Path, now: float) -> float:
    """When it opened, in seconds since 1970: kept, so that its numbers go on after a restart."""
    kept = folder / "opened"
    if not kept.exists():
        kept.write_text(f"{now:.0f}")
    return float(kept.read_text())


def write_orders(opened: float, now: float) -> bytes:
    """The export as it is at `now`: a row for each line, the order's own fields in the first."""
    sold = BEFORE + int(max(now - opened, 0) // EVERY)
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(HEADER)
    for number in range(max(sold - MOST, 0), sold):
        table.writerows(_rows_of(number, opened + (number - BEFORE + 1) * EVERY))
    return text.getvalue().encode()


def _rows_of(number: int, placed: float) -> list[list[str]]:
    random = Random(number)
    basket = random.sample(GOODS, k=random.choice((1, 1, 2)))
    name, street, postcode, city = random.choice(PEOPLE)
    total = sum((Decimal(price) for _, _, price in basket), Decimal(0))
    tax = (total * RATE / (1 + RATE)).quantize(CENT)
    at = dt.datetime.fromtimestamp(placed, dt.UTC).strftime("%Y-%m-%d %H:%M:%S +0000")
    order = f"#MKT-{1001 + number}"
    email = f"{name.split()[0].lower()}.market@customers.example"
    money = ["EUR", str(total), "0.00", str(tax), str(total), "0.00"]
    who = [name, street, f"'{postcode}", city, "DE", str(880_001 + number)]
    rows = []
    for position, (sku, title, price) in enumerate(basket):
        is_first = position == 0
        head = ["paid", "fulfilled", *money] if is_first else [""] * 8
        rows.append(
            [order, email, *head, at, "1", title, price, sku, *(who if is_first else [""] * 6)]
        )
    return rows
