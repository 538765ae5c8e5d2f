"""The desk's own source, as the architecture tests read it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]

# Lowest first. Neighbours in one tuple do not know each other.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("core",),
    ("approvals",),
    ("policies", "notifications"),
    ("inventory",),
    ("orders",),
    ("fulfilment", "payments"),
    ("returns",),
    ("exchanges",),
    ("intake",),
    ("console", "portal", "api", "demo"),
)
APPS = tuple(app for layer in LAYERS for app in layer)


def layer_of(app: str) -> int:
    return next(number for number, layer in enumerate(LAYERS) if app in layer)


def sources(*, with_tests: bool = False) -> Iterator[Path]:
    """Every Python file we wrote, migrations apart."""
    folders = (*APPS, "config", "bench", *(("tests",) if with_tests else ()))
    for folder in folders:
        for path in sorted((CHECKOUT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def services() -> Iterator[Path]:
    for path in sources():
        parts = path.relative_to(CHECKOUT).parts
        if parts[0] in APPS and (parts[1] == "services.py" or "services" in parts[1:-1]):
            yield path


def templates() -> Iterator[Path]:
    for folder in ("templates", *APPS):
        yield from sorted((CHECKOUT / folder).rglob("*.html"))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def at(path: Path, node: ast.AST | None = None) -> str:
    line = f":{node.lineno}" if node is not None and hasattr(node, "lineno") else ""
    return f"{path.relative_to(CHECKOUT)}{line}"
