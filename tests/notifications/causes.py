"""What makes the desk write: a test says which messages it causes, and is held to its word.

``@pytest.mark.causes("goods_kept")`` on a test that does the real thing. When it is through, the
messages are there, written because of events that the kind names.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from django.conf import settings

from core import deliveries
from notifications.kinds import find_kind
from notifications.models import Message

MARK = "causes"


def check_messages(item: pytest.Item) -> None:
    """Raises AssertionError for a kind that the test was to cause and nobody was written."""
    names = [name for marker in item.iter_markers(MARK) for name in marker.args]
    if names:
        deliveries.deliver_due()
    for name in names:
        kind = find_kind(name)
        assert kind, f"there is no message {name}"
        events = set(Message.objects.filter(template=name).values_list("event__kind", flat=True))
        assert events, f"nothing was written of {name}"
        assert events <= set(kind.because), f"{name} is said to be because of {kind.because}"


def list_caused() -> set[str]:
    """Every kind that some test is marked to cause, read from the sources."""
    found: set[str] = set()
    for path in (settings.BASE_DIR / "tests").rglob("test_*.py"):
        if f"mark.{MARK}" in (text := path.read_text(encoding="utf-8")):
            found |= set(_read_marks(ast.parse(text)))
    return found


def _read_marks(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == f"pytest.mark.{MARK}":
            yield from (ast.literal_eval(each) for each in node.args)
