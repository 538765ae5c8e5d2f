"""What a key may be used for. Every address of the API names the scope it asks for."""

from django.db import models


class Scope(models.TextChoices):
    READ_STOCK = "stock:read", "Read stock, its changes and its ledger"
    READ_RESERVATIONS = "reservations:read", "Read reservations"
    READ_ALLOCATIONS = "allocations:read", "Read allocations"
    WRITE_ALLOCATIONS = "allocations:write", "Allocate, cancel and ship"
    READ_WEBHOOKS = "webhooks:read", "Read webhook endpoints and their messages"
    WRITE_WEBHOOKS = "webhooks:write", "Acknowledge webhook messages, have them sent again"
