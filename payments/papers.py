"""The credit memo on paper. Every figure on it stands in its rows; nothing is computed here."""

from __future__ import annotations

from decimal import Decimal

from core.errors import ActionBlocked
from core.formats import format_date, format_money, language_of, local_date
from core.papers import Paper, render
from payments.models import CreditMemo
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
        "applied": "Applied to the replacement",
        "paid_out": "Paid out",
        "unspent": "Still open",
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
        "applied": "Auf den Ersatz angerechnet",
        "paid_out": "Ausgezahlt",
        "unspent": "Noch offen",
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
        "applied": "Imputé sur le remplacement",
        "paid_out": "Remboursé",
        "unspent": "Restant dû",
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
        "applied": "Aplicado al reemplazo",
        "paid_out": "Reembolsado",
        "unspent": "Pendiente",
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
        "applied": "交換品への充当",
        "paid_out": "返金済み",
        "unspent": "未精算",
        "footer": "金額はお支払い額の按分です。税額はご購入時のものです。",
    },
}


def make_credit_memo(
    memo: CreditMemo, *, case_number: str, shop_name: str, locale: str, time_zone: str
) -> Paper:
    """An issued memo as PDF. A draft has no number yet: raises `ActionBlocked`."""
    if memo.state == MemoState.DRAFT or memo.issued_at is None:
        raise ActionBlocked("The credit memo is a draft: it is issued when the goods are accepted.")
    words = WORDS.get(language_of(locale), WORDS["en"])
    lines = list(memo.lines.select_related("order_line__order").order_by("position"))
    orders = dict.fromkeys(line.order_line.order.number for line in lines if line.order_line)

    def money(amount: Decimal) -> str:
        return format_money(amount, memo.currency, locale)

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
            {"words": words[use], "amount": money(getattr(memo, use))}
            for use in ("applied", "paid_out", "unspent")
            if getattr(memo, use)
        ],
    }
    return Paper(render("credit_memo", data, language=locale), f"{memo.number}.pdf")
