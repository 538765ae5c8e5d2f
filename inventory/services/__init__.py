"""Every change of stock: holds, sales, deliveries, quarantine, counts and their corrections.

The end of a hold by the clock is `inventory.expiry`.
"""

from inventory.expiry import expire_due
from inventory.queries import OutOfStock
from inventory.services.allocation import (
    AllocatedOtherwise,
    AllocationEnded,
    AllocationLine,
    allocate,
    allocate_stock,
    cancel_allocation,
    deallocate,
    send_allocated,
    ship_allocation,
)
from inventory.services.changing import move, split, substitute
from inventory.services.counts import cancel_count, close_count, enter_count, open_count
from inventory.services.discrepancies import (
    dismiss_discrepancy,
    open_discrepancy,
    post_correction,
    settle_discrepancy,
)
from inventory.services.ending import consume, consume_holds, release, report_short
from inventory.services.first_rules import install_hold_rules
from inventory.services.holds import HeldOtherwise, HoldEnded, reserve
from inventory.services.keeping import HoldTooLong, commit, end_grace, grant_grace, prolong
from inventory.services.lots import block_lot, unblock_lot
from inventory.services.movements import NotEnoughStock
from inventory.services.quarantine import (
    clear_quarantine,
    give_back,
    quarantine_stock,
    refurbish_stock,
    return_to_vendor,
    scrap_stock,
)
from inventory.services.stock import adjust_stock, receive_stock, take_back
from inventory.services.supplies import (
    cancel_supply,
    expect_supply,
    move_supply,
    take_in_supply,
)
from inventory.services.trial_goods import lay_in_trial_goods
from inventory.services.waiting import stop_waiting, wait, wake_next

__all__ = [
    "AllocatedOtherwise",
    "AllocationEnded",
    "AllocationLine",
    "HeldOtherwise",
    "HoldEnded",
    "HoldTooLong",
    "NotEnoughStock",
    "OutOfStock",
    "adjust_stock",
    "allocate",
    "allocate_stock",
    "block_lot",
    "cancel_allocation",
    "cancel_count",
    "cancel_supply",
    "clear_quarantine",
    "close_count",
    "commit",
    "consume",
    "consume_holds",
    "deallocate",
    "dismiss_discrepancy",
    "end_grace",
    "enter_count",
    "expect_supply",
    "expire_due",
    "give_back",
    "grant_grace",
    "install_hold_rules",
    "lay_in_trial_goods",
    "move",
    "move_supply",
    "open_count",
    "open_discrepancy",
    "post_correction",
    "prolong",
    "quarantine_stock",
    "receive_stock",
    "refurbish_stock",
    "release",
    "report_short",
    "reserve",
    "return_to_vendor",
    "scrap_stock",
    "send_allocated",
    "settle_discrepancy",
    "ship_allocation",
    "split",
    "stop_waiting",
    "substitute",
    "take_back",
    "take_in_supply",
    "unblock_lot",
    "wait",
    "wake_next",
]
