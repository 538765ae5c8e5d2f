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
# Screens, interfaces and the demo call commands; they have none.
DOMAIN_APPS = tuple(app for layer in LAYERS[:-1] for app in layer)


def layer_of(app: str) -> int:
    return next(number for number, layer in enumerate(LAYERS) if app in layer)


def sources(*, with_tests: bool = False) -> Iterator[Path]:
    """Every Python file we wrote, migrations apart."""
    folders = (*APPS, "config", "bench", *(("tests",) if with_tests else ()))
    for folder in folders:
        for path in sorted((CHECKOUT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def services() -> Iterator[tuple[Path, ast.FunctionDef]]:
    """Every command: what a `services` module defines, or what a `services` package exports."""
    for app in DOMAIN_APPS:
        module, package = CHECKOUT / app / "services.py", CHECKOUT / app / "services"
        if module.exists():
            yield from ((module, function) for function in _functions(module))
        exported = _exports(package / "__init__.py") if package.is_dir() else set()
        for path in sorted(package.glob("*.py")):
            yield from ((path, one) for one in _functions(path) if one.name in exported)


def _functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in parsed(path).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


def _exports(path: Path) -> set[str]:
    for node in parsed(path).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


def templates() -> Iterator[Path]:
    for folder in ("templates", *APPS):
        yield from sorted((CHECKOUT / folder).rglob("*.html"))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


@cache
def calls(path: Path) -> tuple[ast.Call, ...]:
    """Every call in a file: walking through all files takes seconds, so it is done once."""
    return tuple(node for node in ast.walk(parsed(path)) if isinstance(node, ast.Call))


def at(path: Path, node: ast.AST | None = None) -> str:
    line = f":{node.lineno}" if node is not None and hasattr(node, "lineno") else ""
    return f"{path.relative_to(CHECKOUT)}{line}"
