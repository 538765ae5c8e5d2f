"""`?expand=exchanges&expand=exchanges.quote`: the object where otherwise its id stands.

Each address lists what can be expanded, at most two deep, and reads it with one query for each
kind, however many rows the page has.
"""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class Expand(serializers.ListField):
    """A parameter that may be given several times, each time with one of `paths`."""

    def __init__(self, *paths: str, **how: Any) -> None:
        super().__init__(
            child=serializers.ChoiceField(choices=paths),
            required=False,
            default=list,
            max_length=len(paths) + 1,
            help_text="Tell the whole object instead of its id.",
            **how,
        )


def below(expand: list[str], name: str) -> list[str]:
    """What is to be expanded inside of `name`: `exchanges.quote` asks for `quote` there."""
    return [path.removeprefix(f"{name}.") for path in expand if path.startswith(f"{name}.")]


def is_wanted(expand: list[str], name: str) -> bool:
    """Whoever expands what is inside expands `name` too."""
    return name in expand or bool(below(expand, name))
