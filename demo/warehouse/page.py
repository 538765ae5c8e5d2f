"""The control page: what the warehouse knows, how it behaves, and every act by hand."""

from __future__ import annotations

import json
from dataclasses import asdict
from html import escape

from demo.memory import Row
from demo.warehouse.behaviour import read_behaviour
from demo.warehouse.store import Store

STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; color: GrayText; }
th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #8884; }
td form { display: inline; } .scroll { overflow-x: auto; }
fieldset { border: 1px solid #8884; border-radius: .4rem; display: flex; flex-wrap: wrap;
  gap: .6rem 1rem; padding: .8rem; }
label { display: grid; font-size: .85rem; } input { width: 9rem; font: inherit; }
button { font: inherit; padding: .15rem .7rem; align-self: end; }
td:last-child { white-space: nowrap; }
"""
ACTS = {
    "waiting": ("pick", "pick_short", "ship"),
    "picked": ("pick_short", "ship"),
    "shipped": ("deliver", "lose", "bring_back"),
    "lost": ("deliver", "bring_back"),
    "expected": ("receive_parcel",),
}
MOST_ROWS = 50


def draw(store: Store) -> str:
    """The whole page, as HTML."""
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8>",
        "<meta name=viewport content='width=device-width'><title>Simulated warehouse</title>",
        f"<style>{STYLE}</style><h1>Simulated warehouse</h1>",
        "<p>A program of its own that plays the warehouse of this desk. "
        "What it does here the desk learns by its reports.</p>",
        _behaviour(store),
        _goods(),
        _table("Parcels to send", _shipments(store), acts_on="id"),
        _table("Parcels to expect", _parcels(store), acts_on="id"),
        _table("Holds", _latest(store, "SELECT number, sku, quantity, bin, lot, state FROM hold")),
        _table(
            "Messages of the desk",
            _latest(store, "SELECT sequence, kind, subject, state, came FROM message"),
        ),
        _table("Reports to the desk", _reports(store)),
    ]
    return "".join(parts)


def _behaviour(store: Store) -> str:
    fields = "".join(
        f"<label>{name.replace('_', ' ')}<input name={name} value='{value:g}'></label>"
        for name, value in asdict(read_behaviour(store)).items()
    )
    return (
        "<h2>How it behaves</h2><form method=post action=/control/behaviour>"
        f"<fieldset>{fields}<button>Change</button></fieldset></form>"
    )


def _goods() -> str:
    fields = "".join(
        f"<label>{name}<input name={name} required></label>"
        for name in ("location", "sku", "quantity")
    )
    return (
        "<h2>Goods</h2><form method=post action=/control/act>"
        f"<fieldset>{fields}<button name=act value=receive_goods>Receive from a supplier</button>"
        "<button name=act value=count>Report a count</button></fieldset></form>"
    )


def _shipments(store: Store) -> list[Row]:
    rows = _latest(store, "SELECT id, carrier, lines, state FROM shipment")
    return [row | {"lines": _goods_of(row)} for row in rows]


def _parcels(store: Store) -> list[Row]:
    rows = _latest(store, "SELECT id, rma, lines, state FROM parcel")
    return [row | {"lines": _goods_of(row)} for row in rows]


def _reports(store: Store) -> list[Row]:
    rows = _latest(store, "SELECT sequence, body, state, tries, answer FROM report")
    return [
        {"kind": json.loads(row.pop("body"))["kind"], **row, "answer": row["answer"] or "none"}
        for row in rows
    ]


def _goods_of(row: Row) -> str:
    """1 × TEE-R-L from A-07."""
    return ", ".join(
        f"{line['quantity']} × {line['sku']}" + (f" from {line['bin']}" if line.get("bin") else "")
        for line in json.loads(row["lines"])
    )


def _latest(store: Store, query: str) -> list[Row]:
    return store.rows(f"{query} ORDER BY rowid DESC LIMIT {MOST_ROWS}")


def _table(title: str, rows: list[Row], *, acts_on: str = "") -> str:
    if not rows:
        return f"<h2>{title}</h2><p>None yet.</p>"
    head = "".join(f"<th scope=col>{escape(name)}" for name in rows[0])
    body = "".join(
        "<tr>"
        + "".join(f"<td>{escape(str(value))}" for value in row.values())
        + (f"<td>{_buttons(row)}" if acts_on else "")
        for row in rows
    )
    return (
        f"<h2>{title}</h2><div class=scroll tabindex=0><table><tr>{head}"
        f"{'<th scope=col>by hand' if acts_on else ''}{body}</table></div>"
    )


def _buttons(row: Row) -> str:
    return "".join(
        "<form method=post action=/control/act>"
        f"<input type=hidden name=id value='{escape(row['id'])}'>"
        f"<button name=act value={act}>{act.replace('_', ' ')}</button></form> "
        for act in ACTS.get(row["state"], ())
    )
