"""How customers found their cases."""
