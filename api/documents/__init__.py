"""Documents of channels: what came in, what became of it, and where it waits."""
