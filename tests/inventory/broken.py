"""Which laws of stock are broken; races end by asking."""

from __future__ import annotations

from core.laws import check_laws

LAWS_OF_STOCK = (
    "a_hold_belongs_where_it_lies",
    "a_hold_ends_once",
    "a_hold_goes_on_from_one_that_was",
    "a_stock_entry_belongs_to_its_level",
    "allocated_stock_is_what_open_allocations_add_up_to",
    "held_stock_is_what_live_holds_add_up_to",
    "no_bucket_is_negative",
    "no_hold_outlives_its_time",
    "nobody_clears_what_they_put_aside",
    "only_an_active_hold_has_an_end",
    "quarantine_is_what_its_bins_hold",
    "stock_is_what_its_ledger_adds_up_to",
)


def find_broken_laws() -> set[str]:
    """Names of the broken laws, those that could not be checked among them."""
    return {found.invariant for found in check_laws(LAWS_OF_STOCK) if not found.ok}
