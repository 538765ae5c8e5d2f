"""The names under which events leave the desk. Who knows them registers them when it is ready."""

from __future__ import annotations

from collections.abc import Iterable

_published: set[str] = set()


def publish(names: Iterable[str]) -> None:
    """Let endpoints ask for these: ``exchange.shipped``."""
    _published.update(names)


def list_kinds() -> list[str]:
    """Every name an endpoint may ask for, and before them the patterns for all of a subject."""
    names = sorted(_published)
    return [*dict.fromkeys(f"{name.partition('.')[0]}.*" for name in names), *names]
