"""What documents left behind, without the ids that no two runs have in common."""

from __future__ import annotations

import re
from typing import Any

from django.db import models

from core.models import EncryptedDocument, Event, EventDelivery
from intake.models import ChannelDocument
from orders.models import Customer, Order, OrderAddress, OrderLine, OrderLineTax, Tender

ID = re.compile(r"\b(doc|ord|cus)_[0-9a-z]+")
OF_THE_RUN = {
    "id", "public_id", "event_id", "op_id", "history_id", "history_date", "lease", "attempts",
    "stored_at", "ciphertext", "due_at", "frozen_hash",
}  # fmt: skip


def list_remains() -> dict[str, list[Any]]:
    """Every row that intake writes, in an order of its own, with names where ids would stand."""
    names = _name_rows()
    kept: dict[str, list[Any]] = {}
    every: tuple[Any, ...] = (
        Order, OrderLine, OrderLineTax, Tender, OrderAddress, Customer, ChannelDocument,
        EncryptedDocument, Event, EventDelivery, Order.history.model,
        ChannelDocument.history.model,
    )  # fmt: skip
    for model in every:
        rows = [_plain(row, names) for row in model.objects.all()]
        kept[model.__name__] = sorted(rows, key=repr)
    return kept


def _name_rows() -> dict[str, str]:
    """Reference → what the row is called in every run."""
    names: dict[str, str] = {}
    for order in Order.objects.all():
        names[f"order:{order.pk}"] = f"order {order.external_id}"
    for customer in Customer.objects.all():
        names[f"customer:{customer.pk}"] = f"customer {customer.external_id} {customer.email}"
    for line in OrderLine.objects.select_related("order"):
        names[f"orderline:{line.pk}"] = f"line {line.order.external_id} {line.position}"
    for document in ChannelDocument.objects.all():
        called = f"document {document.source} {document.position}"
        names[f"channeldocument:{document.pk}"] = called
        names.setdefault(f"encrypteddocument:{document.content_id}", f"bytes {document.sha256}")
    for address in OrderAddress.objects.all():
        names[f"orderaddress:{address.pk}"] = f"address {address.line1}"
    for event in Event.objects.all():
        subject = names.get(event.subject, event.subject)
        names[f"event:{event.pk}"] = f"{event.kind} of {subject} {event.sequence}"
    return names


def _plain(row: models.Model, names: dict[str, str]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if field.name in OF_THE_RUN:
            continue
        value = getattr(row, field.attname)
        if field.is_relation and value is not None and field.related_model is not None:
            value = names.get(f"{field.related_model._meta.model_name}:{value}", value)
        plain[field.name] = _named(value, names)
    return plain


def _named(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            key: names.get(f"order:{inner}", inner) if key == "order" else _named(inner, names)
            for key, inner in value.items()
        }
    if isinstance(value, str):
        return ID.sub("…", names.get(value, value))
    return value
