"""The warehouse: what arrives, what is to be inspected, what leaves."""
