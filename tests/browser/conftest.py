"""The desk in a real Chromium."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from tests.browser.chromium import find_chromium

# What a page may take on a machine that does ten other things. Waiting ends when it is there.
PATIENCE = 60_000  # milliseconds


# A script of these pages runs once: a machine that compiles it for speed, beside it, and a heap
# that begins at its smallest, take longer than they give back.
LAZILY = "--js-flags=--no-opt --no-maglev --no-concurrent-sparkplug --min-semi-space-size=32"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": find_chromium(), "args": [LAZILY]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    expect.set_options(timeout=PATIENCE)
    return {
        **browser_context_args,
        "viewport": {"width": 1440, "height": 900},
        "locale": "en-GB",
        "timezone_id": "UTC",
        "reduced_motion": "reduce",
    }


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    # Playwright keeps an event loop in this thread from its first use on, and Django takes any
    # such thread for an asynchronous one. So it stays allowed for the rest of this process.
    if "page" in getattr(item, "fixturenames", ()):
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    return (yield)


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    """The rail's numbers are kept for seconds, and must not come from the test before."""
    cache.clear()


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """No page may complain: no script error, nothing refused by the content policy."""
    heard: list[str] = []
    yield heard
    assert heard == []


@pytest.fixture
def page(page: Page, complaints: list[str]) -> Page:
    """A page that must not complain."""
    _listen(page, complaints)
    return page


@pytest.fixture
def another_desk(
    new_context: Callable[..., BrowserContext], complaints: list[str]
) -> Callable[..., Page]:
    """A browser of its own, as on another desk; arguments are those of a Playwright context."""

    def open_one(**settings: Any) -> Page:
        page = new_context(**settings).new_page()
        _listen(page, complaints)
        return page

    return open_one


def _listen(page: Page, complaints: list[str]) -> None:
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda message: (
            complaints.append(f"{page.url}: {message.text}") if _is_fault(message) else None
        ),
    )


def _is_fault(message: ConsoleMessage) -> bool:
    """A refusal with its reasons is an answer, which Chromium calls an error all the same."""
    is_refusal = any(f"status of {code} " in message.text for code in (409, 422))
    return message.type == "error" and not is_refusal
