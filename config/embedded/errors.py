"""What stops a start, in one line that says what to do."""


class CannotStart(Exception):
    """A piece is missing or broken. The text is for the person at the terminal."""
