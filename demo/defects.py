"""A lot of coffee machines whose pump seal gives way: sold, reported with photos, found out.

Cafés bought them by the dozen, each with its serial number and lot, so that the daily look at
the figures has something to find. A watch with a pin that breaks is known already.
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from uuid import uuid4

from PIL import Image, ImageDraw, ImageFilter

from core.actors import Actor
from demo.cases import Stage
from demo.selling import Goods, sell_at_home
from inventory.models import Lot, Variant
from orders.models import OrderLine
from orders.sales import SaleAddress
from returns import services as returns
from returns import sweeps
from returns.models import DefectType, Evidence, Return
from returns.photos import keep_photo
from returns.queries import WantedReturn
from returns.rules import CountedLine, InspectedLine

MACHINE, WATCH = "BRW-400-BLA", "WTC-3-STE"
BAD_LOT, GOOD_LOT = "8813", "8814"
PRICE = Decimal("175.00")

TYPES = (
    ("leak", "Leaks", "coffee machines", "leaks, drips, puddle, water below"),
    ("no-heat", "Does not heat", "coffee machines", "cold, lukewarm"),
    ("dead", "Does not switch on", "", "dead, nothing happens, no light"),
    ("noise", "Unusual noise", "", "rattles, hums, squeaks"),
    ("screen", "Screen fault", "phones", "bleed, stripes, dead pixel"),
    ("strap", "Strap or pin broken", "watches", "strap, pin, clasp"),
    ("seam", "Seam came open", "", "seam, stitching, torn"),
    ("cracked", "Cracked or chipped", "", "crack, chipped, broken"),
)


@dataclass(frozen=True, slots=True)
class Cafe:
    """Who bought a number of machines, from which lot, how long ago, and how many failed."""

    name: str
    town: str
    postcode: str
    lot: str
    machines: int
    days_ago: int
    failed: int = 0


CAFES = (
    Cafe("Café Morgenrot", "Leipzig", "04109", BAD_LOT, 14, 66, failed=3),
    Cafe("Rösterei Kranich", "Hamburg", "20095", BAD_LOT, 16, 61, failed=3),
    Cafe("Bäckerei Lindner", "Dresden", "01067", BAD_LOT, 10, 58, failed=2),
    Cafe("Hotel am Wall", "Bremen", "28195", GOOD_LOT, 40, 70),
    Cafe("Kantine Nordlicht", "Kiel", "24103", GOOD_LOT, 36, 64, failed=1),
    Cafe("Studio Feinkost", "Köln", "50667", GOOD_LOT, 30, 60),
    Cafe("Café Zweistrom", "Mainz", "55116", GOOD_LOT, 44, 52),
)
TRIES_AN_OLD_PHOTO = 4  # the kitchen that sends somebody else's
SAID = (
    "Water runs out below the pump, a puddle each morning.",
    "The pump drips from the seal when it is under pressure.",
    "It leaks at the pump seal since last week.",
    "A puddle under the machine, the pump seal is wet.",
)


def tell_of_defects(stage: Stage) -> int:
    """All of it; returns how many cases were opened."""
    _keep_types(stage)
    machine = Variant.objects.for_partner(stage.shop.partner).get(sku=MACHINE)
    _keep_lots(machine, now=stage.now)
    cases = [
        _report(stage, line, unit, at=at)
        for cafe, at in zip(CAFES, range(len(CAFES)), strict=True)
        for line in [_sell(stage, machine, cafe)]
        for unit in range(1, cafe.failed + 1)
    ]
    for case in cases[:4]:
        _bring_back(stage, case)
    _know_the_watch(stage)
    sweeps.look_for_defects(now=stage.now)
    return len(cases)


def _keep_types(stage: Stage) -> None:
    DefectType.objects.bulk_create(
        DefectType(
            partner=stage.shop.partner,
            code=code,
            name=name,
            category=category,
            symptom_words=words,
        )
        for code, name, category, words in TYPES
    )


def _keep_lots(machine: Variant, *, now: dt.datetime) -> None:
    for code, supplier, days in ((BAD_LOT, "Vapor Parts", 95), (GOOD_LOT, "Brewtec", 90)):
        Lot.objects.get_or_create(
            variant=machine,
            code=code,
            defaults={
                "partner": machine.partner,
                "supplier": supplier,
                "received_on": (now - dt.timedelta(days=days)).date(),
            },
        )


def _sell(stage: Stage, machine: Variant, cafe: Cafe) -> OrderLine:
    """An order over the counter of the desk, with the serial number and lot of each machine."""
    goods = Goods(
        variant=machine,
        price=PRICE,
        quantity=cafe.machines,
        serials=tuple(
            f"B4-{cafe.lot}-{cafe.days_ago * 10 + each:04d}" for each in range(cafe.machines)
        ),
        lots=(cafe.lot,) * cafe.machines,
    )
    (line,) = sell_at_home(
        stage,
        [goods],
        number=f"B2B-{4100 + CAFES.index(cafe)}",
        email=f"einkauf{CAFES.index(cafe)}@cafes.example",
        ship_to=SaleAddress(name=cafe.name, city=cafe.town, postcode=cafe.postcode, country="DE"),
        placed=stage.now - dt.timedelta(days=cafe.days_ago + 3),
    )
    return line


def _report(stage: Stage, line: OrderLine, unit: int, *, at: int) -> Return:
    """One machine is asked back, told of and shown, as an agent takes it down on the telephone."""
    opened_at = stage.now - dt.timedelta(days=16 - 2 * at - unit, hours=unit)
    agent = stage.agent()
    seeds = [at * 10 + unit * 3 + number for number in range(2 if unit == 1 else 1)]
    if at == TRIES_AN_OLD_PHOTO:
        seeds[0] = 3  # that of the very first report
    photos = tuple(_photograph(line, agent, seed=seed, now=opened_at).public_id for seed in seeds)
    is_leak = line.units.get(unit_number=unit).lot == BAD_LOT
    with stage.at(opened_at) as now:
        return returns.open_return(
            partner_id=line.partner_id,
            channel_id=line.order.channel_id,
            customer_id=line.order.customer_id,
            lines=[
                WantedReturn(
                    order_line_id=line.pk,
                    quantity=1,
                    reason="defective",
                    outcome="refund",
                    defect_type="leak" if is_leak else "noise",
                    symptom=SAID[(at + unit) % len(SAID)] if is_leak else "It rattles when warm.",
                    serial=line.units.get(unit_number=unit).serial,
                    photos=photos,
                )
            ],
            actor=agent,
            op_id=uuid4(),
            now=now,
        )


def _bring_back(stage: Stage, case: Return) -> None:
    """The first machines are here and were looked at: the leak is there, but for one."""
    case.refresh_from_db()
    if case.state != "authorised":
        return
    line = case.lines.get()
    report = line.defect_report
    centre = next(iter(stage.shop.locations.values()))
    arrived = stage.after(case.opened_at, hours=70)
    with stage.at(arrived) as now:
        receipt = returns.receive_goods(
            return_id=case.pk,
            version=None,
            location_id=centre.pk,
            lines=[
                CountedLine(
                    return_line_id=line.pk, quantity=1, damaged=1, serial_found=report.serial
                )
            ],
            actor=stage.warehouse,
            op_id=uuid4(),
            now=now,
        )
    with stage.at(stage.after(arrived, hours=3)) as now:
        returns.inspect_goods(
            return_id=case.pk,
            version=None,
            lines=[
                InspectedLine(
                    receipt_line_id=row.pk,
                    quantity=1,
                    grade="D",
                    is_accepted=True,
                    disposition="quality_reject",
                    note="Pump seal hardened.",
                )
                for row in receipt.lines.all()
            ],
            actor=stage.warehouse,
            op_id=uuid4(),
            now=now,
        )


def _know_the_watch(stage: Stage) -> None:
    watch = Variant.objects.for_partner(stage.shop.partner).get(sku=WATCH)
    strap = DefectType.objects.for_partner(stage.shop.partner).get(code="strap")
    returns.write_pattern(
        partner_id=stage.shop.partner.pk,
        variant_id=watch.pk,
        lot="",
        serial_from="",
        serial_to="",
        defect_type_id=strap.pk,
        symptom_words="pin, strap",
        title="Strap pin, Field watch",
        because="The maker wrote on 3 October: pins of the first series break. Replace freely.",
        actor=stage.lead,
        op_id=uuid4(),
        now=stage.now - dt.timedelta(days=30),
    )


def _photograph(line: OrderLine, agent: Actor, *, seed: int, now: dt.datetime) -> Evidence:
    return returns.add_evidence(
        order_line_id=line.pk,
        return_line_id=None,
        photo=keep_photo(draw_leak(Random(seed))),
        actor=agent,
        op_id=uuid4(),
        now=now,
    )


def draw_leak(random: Random) -> bytes:
    """A coffee machine on a counter with a puddle below, as a telephone might see it."""
    picture = Image.new("RGB", (480, 360), (196 + random.randint(-18, 18), 186, 172))
    pen = ImageDraw.Draw(picture)
    counter = 250 + random.randint(-12, 12)
    pen.rectangle((0, counter, 480, 360), fill=(118 + random.randint(-20, 20), 92, 70))
    left = 120 + random.randint(-40, 60)
    pen.rounded_rectangle(
        (left, 70, left + 190, counter + 24), 16, fill=(38, 40, 44), outline=(20, 20, 22), width=3
    )
    pen.rounded_rectangle((left + 24, 104, left + 166, 140), 8, fill=(70, 74, 80))
    pen.ellipse((left + 82, 150, left + 108, 176), fill=(176, 178, 182))
    for light in range(3):
        pen.ellipse(
            (left + 40 + 22 * light, 116, left + 50 + 22 * light, 126),
            fill=(92, 200, 120) if light < random.randint(1, 3) else (120, 60, 52),
        )
    middle, width = left + random.randint(30, 150), random.randint(60, 120)
    pen.ellipse(
        (middle - width, counter + 18, middle + width, counter + 52 + random.randint(0, 20)),
        fill=(150, 132, 116),
    )
    pen.line((middle, counter - 40, middle, counter + 26), fill=(168, 184, 200), width=4)
    kept = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(1.2)).rotate(
        random.uniform(-4, 4), fillcolor=(150, 130, 112)
    ).save(kept, "JPEG", quality=82)
    return kept.getvalue()
