from django.db import models


class OrderState(models.TextChoices):
    OPEN = "open", "Open"
    PARTLY_SHIPPED = "partly_shipped", "Partly shipped"
    SHIPPED = "shipped", "Shipped"
    DELIVERED = "delivered", "Delivered"
    CLOSED = "closed", "Closed"
    CANCELLED = "cancelled", "Cancelled"


class Purpose(models.TextChoices):
    SALE = "sale", "Sale"
    EXCHANGE = "exchange", "Exchange"
