"""What becomes of goods after inspection: placed, refurbished, claimed, sent back; and parcels that
name no case. Each has a list and a page with what may be done about it."""
