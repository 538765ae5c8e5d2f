"""Believable values for the fields of the document, so that every call has an example to copy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

# By the field's name, where its type alone would say too little.
NAMED: dict[str, Any] = {
    "amount": "43.20",
    "captured": "80.60",
    "carrier": "DHL",
    "channel": "shop-de",
    "content_hash": "9f2c…",
    "country": "DE",
    "currency": "EUR",
    "customer": "cus_4q8w…",
    "document": {"id": 1001, "currency": "EUR", "line_items": []},
    "email": "ana@example.org",
    "exchange": "exc_3k9d…",
    "external_id": "P-1001",
    "from": "available",
    "from_sequence": 7,
    "grand_total": "80.60",
    "id": "ret_9h2m…",
    "line": 1,
    "locale": "de",
    "location": "LEJ",
    "method": "card",
    "milliseconds": 38,
    "name": "Shop sync",
    "next": "PDQyMQ",
    "number": "RMA-7K2MH-0419K-5",
    "order": "ord_7v1x…",
    "order_line": 1,
    "position": 1,
    "postcode": "04109",
    "prev": None,
    "quantity": 1,
    "reason": "wrong_size",
    "reference": "web-1001.1",
    "replaces": 1,
    "sentence": "Returned 5 days after delivery, 30 are allowed.",
    "serial": "S-100",
    "shipping_fee": "5.00",
    "shipping_total": "5.00",
    "sku": "RED-M",
    "tax_total": "5.60",
    "time_zone": "Europe/Berlin",
    "title": "Shirt, red",
    "to": "held",
    "tracking_number": "JD0146",
    "unit_price": "40.00",
    "version": 7,
}
DEEPEST = 6


class Examples:
    """Writes examples of the schemas of one document."""

    def __init__(self, components: Mapping[str, Schema]) -> None:
        self.components = components

    def text(self, schema: Schema) -> str:
        return json.dumps(self.of(schema), indent=2, ensure_ascii=False)

    def of(self, schema: Schema, name: str = "", depth: int = 0) -> Any:
        schema = self.resolve(schema)
        if "const" in schema:
            return schema["const"]
        if "anyOf" in schema:
            return self.of(schema["anyOf"][0], name, depth)
        kinds = schema.get("type")
        kind = kinds[0] if isinstance(kinds, list) else kinds
        if kind == "object":
            return self._object(schema, name, depth)
        if kind == "array":
            return [] if depth > DEEPEST else [self.of(schema["items"], name, depth + 1)]
        if values := schema.get("enum") or schema.get("x-extensible-enum"):
            return NAMED[name] if NAMED.get(name) in values else values[0]
        return NAMED[name] if name in NAMED else self._plain(kind, schema)

    def _object(self, schema: Schema, name: str, depth: int) -> Any:
        if "properties" not in schema:
            return NAMED.get(name, {})
        if depth > DEEPEST:
            return {}
        return {
            field: self.of(inner, field, depth + 1) for field, inner in schema["properties"].items()
        }

    @staticmethod
    def _plain(kind: str | None, schema: Schema) -> Any:
        written = {"date-time": "2026-11-30T10:00:00Z", "date": "2026-12-14"}
        if kind == "string":
            return written.get(schema.get("format", ""), "…")
        return {"integer": 1, "boolean": True, "null": None}.get(str(kind))

    def resolve(self, schema: Schema) -> Schema:
        named = schema.get("$ref", "").rpartition("/")[2]
        return self.components[named] if named else schema
