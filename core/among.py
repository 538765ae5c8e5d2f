"""SQL that is asked for one row far more often than for several.

PostgreSQL keeps no plan of `= ANY (several)`: it takes them for ten and finds a plan made anew each
time the cheaper, which of a short read is most of its time.
"""

from collections.abc import Collection
from functools import cache

SEVERAL = "= ANY (%(among)s)"


def among(text: str, keys: Collection[int]) -> tuple[str, int | list[int]]:
    """The text with its `= ANY (%(among)s)`, as it is for so many keys, and what stands there."""
    if len(keys) == 1:
        return _of_one(text), next(iter(keys))
    return text, list(keys)


@cache
def _of_one(text: str) -> str:
    return text.replace(SEVERAL, "= %(among)s")
