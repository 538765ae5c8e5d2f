"""Shipments out and parcels in, as carriers and warehouses tell of them."""
