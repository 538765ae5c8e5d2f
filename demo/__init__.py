"""A believable shop, made through the services."""
