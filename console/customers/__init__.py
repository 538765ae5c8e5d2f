"""One customer: their orders and cases."""
