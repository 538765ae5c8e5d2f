"""Every address says who may use it."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.architecture.tree import APPS

OURS = (*APPS, "config")


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield address, entry.callback
        else:
            yield from patterns(entry, address)


def is_ours(address: str, view: Any) -> bool:
    """The admin site guards its own: a person without a staff role never reaches a view of it."""
    return view.__module__.partition(".")[0] in OURS and not address.startswith("admin/")


def declares_permission(view: Any) -> bool:
    """On the view itself, or on the class it was made from."""
    made_from = getattr(view, "view_class", None) or getattr(view, "cls", None)
    return bool(getattr(view, "permission", None) or getattr(made_from, "permission", None))


class TestUrls:
    def test_declare_a_permission(self) -> None:
        silent = [
            address
            for address, view in patterns(get_resolver())
            if is_ours(address, view) and not declares_permission(view)
        ]
        assert silent == []
