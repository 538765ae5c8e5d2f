"""The links to warehouses: how each fares, what it was told, what it reported."""
