"""Where what the desk says goes while harm is done to it: a file, and not over what was found."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def kept_in(file: Path) -> Iterator[None]:
    """Have standard error, that of every process started meanwhile too, written to this file.

    What goes wrong with the caller itself is told where it always was: that is after the end.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    sys.stderr.flush()
    usual = os.dup(2)
    os.dup2(log, 2)
    os.close(log)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(usual, 2)
        os.close(usual)
