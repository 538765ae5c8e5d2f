"""Find a Chromium, or fetch one: on PATH, by Playwright's download, or as Debian's package."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
LONGEST_DOWNLOAD = 600  # seconds


class NoChromium(Exception):
    """There is none, and none is to be had."""


def find_chromium() -> str:
    """The path of a Chromium that is already here."""
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    downloaded = _playwrights_own()
    if downloaded:
        return downloaded
    raise NoChromium(
        "The browser tests need Chromium: install it (Debian: apt-get install chromium), "
        "then run make test again."
    )


def find_or_fetch_chromium() -> str:
    try:
        return find_chromium()
    except NoChromium:
        _fetch()
    return find_chromium()


def _playwrights_own() -> str | None:
    roots = [os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or "~/.cache/ms-playwright"]
    for root in roots:
        for found in sorted(Path(root).expanduser().glob("chromium-*/chrome-linux*/chrome")):
            return str(found)
    return None


def _fetch() -> None:
    download = [sys.executable, "-m", "playwright", "install", "chromium"]
    if _runs(download) or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    if _runs(["apt-get", "-qq", "update"]):
        _runs(["apt-get", "-qq", "-y", "install", "--no-install-recommends", "chromium"])


def _runs(command: list[str]) -> bool:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, env=quiet, timeout=LONGEST_DOWNLOAD, capture_output=True, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
