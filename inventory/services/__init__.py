"""Every change of stock. A hold lives in `holds`, its end by the clock in `expiry`, and what
comes and goes otherwise in `stock`."""

from inventory.services.expiry import expire_due
from inventory.services.holds import (
    HeldOtherwise,
    HoldEnded,
    OutOfStock,
    commit,
    consume,
    prolong,
    release,
    reserve,
)
from inventory.services.stock import NotEnoughStock, adjust_stock, receive_stock, take_back

__all__ = [
    "HeldOtherwise",
    "HoldEnded",
    "NotEnoughStock",
    "OutOfStock",
    "adjust_stock",
    "commit",
    "consume",
    "expire_due",
    "prolong",
    "receive_stock",
    "release",
    "reserve",
    "take_back",
]
