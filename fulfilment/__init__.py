"""What moves: shipments out and parcels in."""
