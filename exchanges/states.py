from django.db import models


class ExchangeState(models.TextChoices):
    DRAFT = "draft", "Draft"
    QUOTED = "quoted", "Quoted"
    PENDING_APPROVAL = "pending_approval", "Awaiting approval"
    AWAITING_PAYMENT = "awaiting_payment", "Awaiting payment"
    AWAITING_GOODS = "awaiting_goods", "Awaiting goods"
    READY = "ready", "Ready to ship"
    RELEASING = "releasing", "With the warehouse"
    PARTLY_SHIPPED = "partly_shipped", "Partly shipped"
    IN_TRANSIT = "in_transit", "In transit"
    DELIVERED = "delivered", "Delivered"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"
    EXPIRED = "expired", "Expired"
    CONVERTED_TO_REFUND = "converted_to_refund", "Converted to a refund"
    CONVERTED_TO_SALE = "converted_to_sale", "Converted to a sale"


OVER = (
    ExchangeState.COMPLETED,
    ExchangeState.CANCELLED,
    ExchangeState.EXPIRED,
    ExchangeState.CONVERTED_TO_REFUND,
    ExchangeState.CONVERTED_TO_SALE,
)


class ExchangeType(models.TextChoices):
    REGULAR = "regular", "Regular"
    ADVANCED = "advanced", "Advanced"
    ADVANCED_PREPAID = "advanced_prepaid", "Advanced, pre-paid"


class Evenness(models.TextChoices):
    EVEN = "even", "Even"
    UPGRADE = "upgrade", "Upgrade"
    DOWNGRADE = "downgrade", "Downgrade"


class PricePolicy(models.TextChoices):
    ORIGINAL_VALUE = "original_value", "Original value"
    CURRENT = "current", "Today's price"
    LOWER_OF = "lower_of", "The lower of the two"
    MANUAL = "manual", "Agreed by hand"
