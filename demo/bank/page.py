"""Pages of the provider: the one where a customer pays, and its books for whoever tries it out."""

from __future__ import annotations

import base64
import hashlib
import time
from html import escape

from demo.bank.behaviour import read_behaviour
from demo.bank.store import Store
from demo.memory import Row

STYLE = """
:root{color-scheme:light dark;--ink:#1c1a17;--soft:#5d574e;--page:#f6f4f0;--card:#fff;
--line:#d9d4ca;--blue:#1d5fc4;--bad:#a3261b;--good:#1e6b3a}
@media (prefers-color-scheme:dark){:root{--ink:#efece6;--soft:#b3aca0;--page:#171614;
--card:#211f1c;--line:#3d3a34;--blue:#8fb8ff;--bad:#ff9d92;--good:#7fd6a0}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:27rem;margin:0 auto;padding:1.5rem 1rem}
main.wide{max-width:70rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1.25rem}
h1{font-size:1.05rem;margin:0 0 .25rem}
.amount{font-size:2rem;font-weight:650;margin:0 0 1rem;font-variant-numeric:tabular-nums}
.soft{color:var(--soft);font-size:.9rem}
label{display:block;font-weight:600;margin:.75rem 0 .25rem}
input{width:100%;padding:.7rem;font:inherit;border:1px solid var(--soft);border-radius:8px;
background:var(--page);color:var(--ink)}
button{width:100%;min-height:3rem;margin-top:1rem;font:inherit;font-weight:650;border:0;
border-radius:8px;background:#1d5fc4;color:#fff;cursor:pointer}
button.plain{background:none;color:var(--ink);border:1px solid var(--soft)}
:focus-visible{outline:3px solid var(--blue);outline-offset:2px}
.bad{color:var(--bad);font-weight:600}.good{color:var(--good);font-weight:600}
table{border-collapse:collapse;width:100%;font-size:.85rem}
td,th{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line)}
.scroll{overflow-x:auto}
"""
_hash = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_hash}'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
DECLINES = {
    "card_declined": "The card was declined. Please try another one.",
    "insufficient_funds": "The card has not enough money on it.",
    "expired_card": "The card has expired.",
    "unknown_card": "This is no card number.",
    "amount_too_large": "The card does not pay such an amount.",
    "authentication_failed": "You did not confirm the payment.",
}
CARDS = (
    ("4242 4242 4242 4242", "pays"),
    ("4000 0000 0000 0002", "is declined"),
    ("4000 0000 0000 9995", "has too little on it"),
    ("4000 0000 0000 3220", "asks for a confirmation"),
)


def draw_checkout(store: Store, checkout_id: str, now: float, why: str = "") -> tuple[int, str]:
    row = store.row("SELECT * FROM checkout WHERE id = ?", checkout_id)
    if row is None:
        return 404, _page("Payment", "<h1>There is no such payment.</h1>")
    if row["status"] == "paid":
        done = "Held on your card. Nothing was taken." if row["holds"] else "Paid. Thank you."
        body = f'<p class="good" role="status">{done}</p>{_back(row)}'
    elif row["status"] != "open" or row["expires"] <= now:
        body = f'<p class="bad" role="status">This payment link has ended.</p>{_back(row)}'
    else:
        body = _form(row, why)
    return 200, _page("Payment", _head(row) + body)


def draw_check(store: Store, checkout_id: str, number: str) -> str:
    """What a bank shows before it lets a card pay."""
    row = store.row("SELECT * FROM checkout WHERE id = ?", checkout_id)
    if row is None:
        return _page("Payment", "<h1>There is no such payment.</h1>")
    kept = f'<input type="hidden" name="card" value="{escape(number)}">'
    body = (
        "<p>Your bank asks: is this payment yours?</p>"
        f'<form method="post">{kept}<button name="confirmed" value="yes">Yes, pay</button>'
        '<button class="plain" name="confirmed" value="no">No</button></form>'
    )
    return _page("Confirm the payment", _head(row) + body)


def draw_books(store: Store) -> str:
    behaviour = read_behaviour(store)
    payments = store.rows("SELECT * FROM payment ORDER BY created DESC, id LIMIT 50")
    operations = store.rows("SELECT * FROM operation ORDER BY number DESC LIMIT 50")
    shown = (
        ("Payments", payments, ("id", "status", "amount", "currency", "refunded", "label", "code")),
        ("Operations", operations, ("kind", "id", "payment", "amount", "status", "reference")),
    )
    tables = "".join(
        f"<h1>{title}</h1>{_table(rows, names)}" if rows else f"<h1>{title}</h1><p>None yet.</p>"
        for title, rows, names in shown
    )
    state = f'<p class="soft">{escape(str(behaviour))}</p>'
    return _page("Sandbox provider", state + tables, wide=True)


def _head(row: Row) -> str:
    return (
        f"<h1>{escape(row['title'])}</h1>"
        f'<p class="amount">{escape(row["amount"])} {escape(row["currency"])}</p>'
    )


def _form(row: Row, why: str) -> str:
    said = DECLINES.get(why, "The payment was declined.") if why else ""
    error = f'<p class="bad" role="alert" id="why">{said}</p>' if said else ""
    until = time.strftime("%d %b %Y %H:%M UTC", time.gmtime(row["expires"]))
    cards = "".join(f"<li>{number}: {what}</li>" for number, what in CARDS)
    described = ' aria-describedby="why" aria-invalid="true"' if said else ""
    return (
        f'{error}<form method="post"><label for="card">Card number</label>'
        f'<input id="card" name="card" inputmode="numeric" autocomplete="cc-number" required'
        f" autofocus{described}>{_terms(row)}<button>{'Hold' if row['holds'] else 'Pay'}"
        f" {escape(row['amount'])} {escape(row['currency'])}"
        f'</button></form><p class="soft">The link holds until {until}.</p>'
        f'<details><summary class="soft">Cards of the sandbox</summary><ul class="soft">{cards}'
        "</ul></details>"
    )


def _terms(row: Row) -> str:
    """What whoever lets an amount be held agrees to."""
    if not row["holds"]:
        return ""
    return (
        '<p class="soft">Nothing is taken now. The amount is held on this card, and the card is'
        " kept: the shop may renew the hold, and charge up to this amount if what you agreed to"
        " send back does not arrive.</p>"
    )


def _back(row: Row) -> str:
    if not row["return_url"].startswith(("http://", "https://")):
        return ""
    return f'<p><a href="{escape(row["return_url"])}">Back to the shop</a></p>'


def _table(rows: list[Row], names: tuple[str, ...]) -> str:
    head = "".join(f"<th>{name}</th>" for name in names)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(row[name]))}</td>" for name in names) + "</tr>"
        for row in rows
    )
    return f'<div class="scroll"><table><tr>{head}</tr>{body}</table></div>'


def _page(title: str, body: str, *, wide: bool = False) -> str:
    kind = ' class="wide"' if wide else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<style>{STYLE}</style></head><body><main{kind}><div class="card">{body}</div></main>'
        "</body></html>"
    )
