"""Every change of stock: holds in `holds`, what comes and goes without one in `stock`.

The end of a hold by the clock is `inventory.expiry`.
"""

from inventory.expiry import expire_due
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
