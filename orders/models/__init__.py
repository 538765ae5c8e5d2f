from orders.models.channels import Channel, Customer, PaymentMethod
from orders.models.lines import OrderLine, OrderLineTax, OrderLineUnit
from orders.models.links import LinkRevocation
from orders.models.orders import Order, OrderAddress, Tender
from orders.models.promotions import Promotion

__all__ = [
    "Channel",
    "Customer",
    "LinkRevocation",
    "Order",
    "OrderAddress",
    "OrderLine",
    "OrderLineTax",
    "OrderLineUnit",
    "PaymentMethod",
    "Promotion",
    "Tender",
]
