"""Channel documents become orders."""
