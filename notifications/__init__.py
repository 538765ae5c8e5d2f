"""Takes an event and tells a person; knows nothing of the shop."""
