"""What waits for a second person's yes, and what exactly they would say it to."""
