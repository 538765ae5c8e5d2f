"""Days that were told to customers, and how they stand."""
