"""What a key may be used for. Every address of the API names the scope it asks for."""

from django.db import models


class Scope(models.TextChoices):
    READ_ORDERS = "orders:read", "Read orders, and documents that came in"
    WRITE_ORDERS = "orders:write", "Send orders and documents in"
    READ_RETURNS = "returns:read", "Read returns, decisions, credit memos and parcels"
    WRITE_RETURNS = "returns:write", "Open returns and act on them for customers"
    DECIDE_RETURNS = "returns:decide", "Authorise and reject returns, close them short"
    READ_EXCHANGES = "exchanges:read", "Read exchanges, quotes and shipments"
    WRITE_EXCHANGES = "exchanges:write", "Open exchanges and act on them"
    READ_PAYMENTS = "payments:read", "Read payments, card holds and refunds"
    READ_EVENTS = "events:read", "Read what happened"
    READ_STOCK = "stock:read", "Read stock, its changes and its ledger"
    READ_RESERVATIONS = "reservations:read", "Read reservations"
    READ_ALLOCATIONS = "allocations:read", "Read allocations"
    WRITE_ALLOCATIONS = "allocations:write", "Allocate, cancel and ship"
    READ_WEBHOOKS = "webhooks:read", "Read webhook endpoints and their messages"
    WRITE_WEBHOOKS = "webhooks:write", "Acknowledge webhook messages, have them sent again"
    READ_REQUESTS = "requests:read", "Read the log of your programs’ requests"
    SET_CLOCK = "clock:write", "Set the clock of a sandbox"
