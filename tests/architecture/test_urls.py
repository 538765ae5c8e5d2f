"""Every address says who may use it."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from api.scopes import Scope
from api.views import ApiView
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
    """On the view itself, or on the class it was made from; of the API, a scope per method."""
    made_from = getattr(view, "view_class", None) or getattr(view, "cls", None)
    declared = getattr(view, "permission", None) or getattr(made_from, "permission", None)
    return bool(declared or getattr(made_from, "scopes", None))


def methods_of(view: type[APIView]) -> set[str]:
    return {name.upper() for name in view.http_method_names if hasattr(view, name)} - {"OPTIONS"}


def api_views() -> Iterator[tuple[str, Any]]:
    for address, view in patterns(get_resolver()):
        made_from = getattr(view, "cls", None)
        if isinstance(made_from, type) and issubclass(made_from, APIView):
            yield address, made_from


class TestUrls:
    def test_declare_a_permission(self) -> None:
        silent = [
            address
            for address, view in patterns(get_resolver())
            if is_ours(address, view) and not declares_permission(view)
        ]
        assert silent == []


class TestTheApi:
    def test_asks_for_a_scope_by_method(self) -> None:
        """A public address of it has no handlers: it says that there is nothing."""
        amiss = [
            address
            for address, view in api_views()
            if not issubclass(view, ApiView)
            or set(view.scopes) != methods_of(view)
            or not set(view.scopes.values()) <= set(Scope)
        ]
        assert amiss == []

    def test_changes_something_once(self) -> None:
        amiss = [
            address
            for address, view in api_views()
            for method in methods_of(view) - {"GET"}
            if not view.changes_nothing
            and not getattr(getattr(view, method.lower()), "is_once", False)
        ]
        assert amiss == []
