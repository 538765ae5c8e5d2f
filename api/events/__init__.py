"""What happened, in one order and without gaps: the messages of webhooks, for who rather asks."""
