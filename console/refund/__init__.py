"""A case's refund as arithmetic: every step from the list price to what is paid out."""
