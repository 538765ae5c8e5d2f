"""The case: what comes back, what goes out, and the money between them."""
