"""How long what failed is left alone: twice as long each time, and never all at one moment."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Doubling from `first` to `longest` seconds, with jitter: between half and all of it.

    Without jitter everything that failed together would come back together.
    """

    first: float
    longest: float

    def after(self, tries: int) -> dt.timedelta:
        """Until the next try after so many; the first counts as one."""
        step = min(self.longest, self.first * 2 ** min(max(tries, 1) - 1, 30))
        return dt.timedelta(seconds=random.uniform(step / 2, step))
