"""The queue: every case somebody has to move, by what it waits for."""
