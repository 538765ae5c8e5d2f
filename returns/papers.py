"""What goes with the goods on their way back: label, packing slip, drop-off code."""

from __future__ import annotations

import datetime as dt

from babel import Locale

from core.formats import format_date, language_of, local_date, locale_of
from core.papers import Paper, code_128, qr_code, render
from fulfilment.models import InboundParcel
from inventory.models import Location
from orders.models import OrderAddress
from returns.models import Return, ReturnLine
from returns.states import LineDecision

Words = dict[str, str]

WORDS: dict[str, Words] = {
    "en": {
        "from": "From",
        "to": "To",
        "case": "Return",
        "order": "Order",
        "send_by": "Send by",
        "title": "Packing slip",
        "units": "Units",
        "goods": "Goods",
        "sku": "SKU",
        "reason": "Reason",
        "how": "Please lay this slip into the parcel, so that we know at once what came back.",
        "show": "Show this code where you hand in the goods. No printing, no parcel needed.",
    },
    "de": {
        "from": "Absender",
        "to": "An",
        "case": "Rücksendung",
        "order": "Bestellung",
        "send_by": "Absenden bis",
        "title": "Rücksendeschein",
        "units": "Stück",
        "goods": "Ware",
        "sku": "SKU",
        "reason": "Grund",
        "how": "Bitte legen Sie diesen Schein ins Paket: so wissen wir sofort, was zurückkommt.",
        "show": "Zeigen Sie diesen Code bei der Abgabe vor: ganz ohne Druck und Paket.",
    },
    "fr": {
        "from": "Expéditeur",
        "to": "Destinataire",
        "case": "Retour",
        "order": "Commande",
        "send_by": "À envoyer avant le",
        "title": "Bon de retour",
        "units": "Nombre",
        "goods": "Article",
        "sku": "SKU",
        "reason": "Motif",
        "how": "Merci de joindre ce bon au colis : nous saurons aussitôt ce qui revient.",
        "show": "Présentez ce code en déposant l’article : ni impression, ni colis.",
    },
    "es": {
        "from": "Remitente",
        "to": "Destinatario",
        "case": "Devolución",
        "order": "Pedido",
        "send_by": "Enviar antes del",
        "title": "Albarán de devolución",
        "units": "Unidades",
        "goods": "Artículo",
        "sku": "SKU",
        "reason": "Motivo",
        "how": "Incluya este albarán en el paquete: así sabremos enseguida qué se devuelve.",
        "show": "Muestre este código al entregar el artículo. No hace falta imprimir ni embalar.",
    },
    "ja": {
        "from": "差出人",
        "to": "宛先",
        "case": "返品番号",
        "order": "注文番号",
        "send_by": "発送期限",
        "title": "返品明細書",
        "units": "数量",
        "goods": "商品",
        "sku": "SKU",
        "reason": "理由",
        "how": "この明細書を荷物に同封してください。返品内容をすぐに確認できます。",
        "show": "商品をお渡しの際にこのコードをご提示ください。印刷も梱包も不要です。",
    },
}


def make_label(case: Return, parcel: InboundParcel, *, now: dt.datetime) -> Paper:
    """A 100 × 150 mm label. Its bar code is the carrier's number, else the case's."""
    locale = case.locale
    scanned = parcel.tracking_number or case.number
    content = render(
        "return_label",
        {
            **_say_whose(case, parcel.location, locale),
            "carrier": parcel.carrier,
            "printed_on": format_date(local_date(now, case.channel.time_zone), locale),
            "send_by": format_date(case.send_back_by, locale) if case.send_back_by else "",
            "scanned": scanned,
            "barcode": code_128(scanned),
        },
        language=locale,
    )
    return Paper(content, f"{case.number}-label.pdf")


def make_packing_slip(case: Return, location: Location) -> Paper:
    """What lies in the parcel and why, in the customer's language but for the reasons."""
    locale = case.locale
    content = render(
        "packing_slip",
        {
            **_say_whose(case, location, locale),
            "shop_name": case.channel.name,
            "barcode": code_128(case.number),
            "goods": [
                {
                    "units": str(line.quantity),
                    "title": line.order_line.title,
                    "sku": line.order_line.sku,
                    "reason": line.get_reason_display(),
                }
                for line in _list_coming(case)
            ],
        },
        language=locale,
    )
    return Paper(content, f"{case.number}-packing-slip.pdf")


def make_drop_off_code(case: Return) -> Paper:
    """One code to show at a counter, for goods that are handed in without a parcel."""
    locale = case.locale
    data = {
        "words": _words(locale),
        "shop_name": case.channel.name,
        "case_number": case.number,
        "qr": qr_code(case.number),
        "goods": [f"{line.quantity} × {line.order_line.title}" for line in _list_coming(case)],
        "send_by": format_date(case.send_back_by, locale) if case.send_back_by else "",
    }
    return Paper(render("drop_off_code", data, language=locale), f"{case.number}-drop-off.pdf")


def _say_whose(case: Return, location: Location, locale: str) -> dict[str, object]:
    orders = dict.fromkeys(line.order_line.order.number for line in _list_coming(case))
    return {
        "words": _words(locale),
        "sender": _write_address(_find_sender(case), case.customer.name, locale),
        "recipient": [
            case.channel.name,
            *location.address.splitlines(),
            f"{location.postcode} {location.name}",
            _name_country(location.country, locale),
        ],
        "case_number": case.number,
        "order_numbers": ", ".join(orders),
        "qr": qr_code(case.number),
    }


def _list_coming(case: Return) -> list[ReturnLine]:
    lines = case.lines.select_related("order_line__order").order_by("position")
    return list(lines.exclude(decision=LineDecision.REJECTED))


def _find_sender(case: Return) -> OrderAddress | None:
    """Where the first order went: the goods are there."""
    first = case.lines.select_related("order_line__order__ship_to").order_by("position").first()
    return first.order_line.order.ship_to if first else None


def _write_address(address: OrderAddress | None, name: str, locale: str) -> list[str]:
    if address is None:
        return [name]
    return [
        address.name or name,
        address.company,
        address.line1,
        address.line2,
        f"{address.postcode} {address.city}".strip(),
        _name_country(address.country, locale),
    ]


def _name_country(code: str, locale: str) -> str:
    names: Locale = locale_of(locale)
    return names.territories.get(code, code)


def _words(locale: str) -> Words:
    return WORDS.get(language_of(locale), WORDS["en"])
