"""The credit memo on paper. Every figure on it stands in its rows; nothing is computed here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.errors import ActionBlocked
from core.formats import format_date, format_money, language_of, local_date
from core.papers import Paper, render
from payments.models import CreditMemo
from payments.queries import MemoUse, list_uses
from payments.states import MemoState

WORDS = {
    "en": {
        "title": "Credit memo",
        "case": "Return",
        "order": "Order",
        "goods": "For",
        "units": "Units",
        "net": "Net",
        "tax": "Tax",
        "gross": "Gross",
        "total": "Total",
        "settled": "How it is settled",
        "arithmetic": "How the amounts come about",
        "refunded": "Refunded to {to}",
        "on_its_way": "Refund to {to}, on its way",
        "store_credit": "Given as store credit",
        "goodwill": "Store credit beside it, as goodwill",
        "exchange_credit": "Credit for your replacement, order {to}",
        "forgone": "Not paid out, as agreed",
        "kept_back": "Kept for your replacement until it is sent",
        "open": "Still to be settled",
        "list_price": "List price",
        "own_discount": "Discount",
        "order_discount": "Share of the order discount",
        "rounding": "Rounding",
        "added_tax": "Tax",
        "worth": "Paid for it",
        "credited": "Credited",
        "card": "your card",
        "gift_card": "your gift card",
        "other": "your payment",
        "footer": "Amounts are shares of what was paid for the goods, tax as it was charged then.",
    },
    "de": {
        "title": "Gutschrift",
        "case": "Rücksendung",
        "order": "Bestellung",
        "goods": "Für",
        "units": "Stück",
        "net": "Netto",
        "tax": "Steuer",
        "gross": "Brutto",
        "total": "Summe",
        "settled": "So wird sie beglichen",
        "arithmetic": "So entstehen die Beträge",
        "refunded": "Erstattet auf {to}",
        "on_its_way": "Erstattung auf {to}, unterwegs",
        "store_credit": "Als Guthaben gegeben",
        "goodwill": "Dazu Guthaben aus Kulanz",
        "exchange_credit": "Für Ihren Ersatz, Bestellung {to}",
        "forgone": "Nicht ausgezahlt, wie vereinbart",
        "kept_back": "Für Ihren Ersatz zurückbehalten, bis er verschickt ist",
        "open": "Noch zu begleichen",
        "list_price": "Listenpreis",
        "own_discount": "Rabatt",
        "order_discount": "Anteil am Rabatt der Bestellung",
        "rounding": "Rundung",
        "added_tax": "Steuer",
        "worth": "Dafür gezahlt",
        "credited": "Gutgeschrieben",
        "card": "Ihre Karte",
        "gift_card": "Ihre Geschenkkarte",
        "other": "Ihre Zahlung",
        "footer": "Die Beträge sind Anteile des gezahlten Preises, die Steuer die von damals.",
    },
    "fr": {
        "title": "Avoir",
        "case": "Retour",
        "order": "Commande",
        "goods": "Pour",
        "units": "Nombre",
        "net": "HT",
        "tax": "Taxe",
        "gross": "TTC",
        "total": "Total",
        "settled": "Règlement",
        "arithmetic": "Calcul des montants",
        "refunded": "Remboursé sur {to}",
        "on_its_way": "Remboursement sur {to}, en cours",
        "store_credit": "Versé en avoir à utiliser en boutique",
        "goodwill": "Avoir supplémentaire, à titre commercial",
        "exchange_credit": "Pour votre remplacement, commande {to}",
        "forgone": "Non remboursé, comme convenu",
        "kept_back": "Réservé à votre remplacement jusqu’à son envoi",
        "open": "Restant à régler",
        "list_price": "Prix catalogue",
        "own_discount": "Remise",
        "order_discount": "Part de la remise sur la commande",
        "rounding": "Arrondi",
        "added_tax": "Taxe",
        "worth": "Prix payé",
        "credited": "Crédité",
        "card": "votre carte",
        "gift_card": "votre carte cadeau",
        "other": "votre paiement",
        "footer": "Les montants sont des parts du prix payé, avec la taxe facturée alors.",
    },
    "es": {
        "title": "Nota de abono",
        "case": "Devolución",
        "order": "Pedido",
        "goods": "Por",
        "units": "Unidades",
        "net": "Neto",
        "tax": "Impuesto",
        "gross": "Bruto",
        "total": "Total",
        "settled": "Cómo se liquida",
        "arithmetic": "Cómo se calculan los importes",
        "refunded": "Reembolsado en {to}",
        "on_its_way": "Reembolso en {to}, en camino",
        "store_credit": "Abonado como saldo de la tienda",
        "goodwill": "Saldo adicional de cortesía",
        "exchange_credit": "Para su reemplazo, pedido {to}",
        "forgone": "No reembolsado, según lo acordado",
        "kept_back": "Reservado para su reemplazo hasta el envío",
        "open": "Pendiente de liquidar",
        "list_price": "Precio de lista",
        "own_discount": "Descuento",
        "order_discount": "Parte del descuento del pedido",
        "rounding": "Redondeo",
        "added_tax": "Impuesto",
        "worth": "Pagado",
        "credited": "Abonado",
        "card": "su tarjeta",
        "gift_card": "su tarjeta regalo",
        "other": "su pago",
        "footer": "Los importes son partes de lo pagado, con el impuesto cobrado entonces.",
    },
    "ja": {
        "title": "返金明細書",
        "case": "返品番号",
        "order": "注文番号",
        "goods": "内容",
        "units": "数量",
        "net": "税抜",
        "tax": "税",
        "gross": "税込",
        "total": "合計",
        "settled": "精算方法",
        "arithmetic": "金額の内訳",
        "refunded": "{to}へ返金済み",
        "on_its_way": "{to}へ返金手続き中",
        "store_credit": "ストアクレジットとして付与",
        "goodwill": "別途ストアクレジット（ご好意）",
        "exchange_credit": "交換品への充当（注文番号 {to}）",
        "forgone": "合意により返金なし",
        "kept_back": "交換品の発送まで留保",
        "open": "未精算",
        "list_price": "定価",
        "own_discount": "割引",
        "order_discount": "注文割引の按分",
        "rounding": "端数調整",
        "added_tax": "税",
        "worth": "お支払い額",
        "credited": "返金対象額",
        "card": "ご利用のカード",
        "gift_card": "ご利用のギフトカード",
        "other": "ご利用のお支払い方法",
        "footer": "金額はお支払い額の按分です。税額はご購入時のものです。",
    },
}


TENDERS = ("card", "gift_card")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSum:
    """How the amount of one line came about. Steps are words of `WORDS`, or of memo lines."""

    title: str
    steps: Sequence[tuple[str, Decimal]]


def make_credit_memo(
    memo: CreditMemo,
    *,
    case_number: str,
    shop_name: str,
    locale: str,
    time_zone: str,
    sums: Sequence[PaperSum] = (),
) -> Paper:
    """An issued memo as PDF: its lines, how it is settled, and the sums as whoever knows them gave.

    A draft has no number yet: raises `ActionBlocked`.
    """
    if memo.state == MemoState.DRAFT or memo.issued_at is None:
        raise ActionBlocked("The credit memo is a draft: it is issued when the goods are accepted.")
    words = WORDS.get(language_of(locale), WORDS["en"])
    lines = list(memo.lines.select_related("order_line__order").order_by("position"))
    orders = dict.fromkeys(line.order_line.order.number for line in lines if line.order_line)

    def money(amount: Decimal) -> str:
        return format_money(amount, memo.currency, locale)

    def day(use: MemoUse) -> str:
        return format_date(local_date(use.at, time_zone), locale) if use.at else ""

    data = {
        "words": words,
        "number": memo.number,
        "shop": [shop_name],
        "issued_on": format_date(local_date(memo.issued_at, time_zone), locale),
        "recipient": [memo.customer.name],
        "case_number": case_number,
        "order_numbers": ", ".join(orders),
        "rows": [
            {
                "title": line.title,
                "units": str(line.quantity or ""),
                "net": money(line.net),
                "tax": money(line.tax),
                "gross": money(line.gross),
            }
            for line in lines
        ],
        "net": money(memo.net),
        "tax": money(memo.tax),
        "gross": money(memo.gross),
        "uses": [
            {"words": _say(use, words), "day": day(use), "amount": money(use.amount)}
            for use in list_uses(memo)
        ],
        "sums": [
            {
                "title": one.title,
                "steps": [
                    {"words": words.get(step, step), "amount": money(amount)}
                    for step, amount in one.steps
                ],
            }
            for one in sums
        ],
    }
    return Paper(render("credit_memo", data, language=locale), f"{memo.number}.pdf")


def _say(use: MemoUse, words: dict[str, str]) -> str:
    to = use.to or words[use.tender if use.tender in TENDERS else "other"]
    return words[use.kind].format(to=to)
