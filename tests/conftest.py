"""What every test may lean on: a closed network, a real broker, a real mail server."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from celery.contrib.testing.worker import start_worker
from django.conf import LazySettings
from redis import Redis

from config.celery import app as celery_app
from tests.mailbox import Mailbox
from tests.network import NetworkGuard


@pytest.fixture(scope="session")
def _network() -> Iterator[NetworkGuard]:
    guard = NetworkGuard()
    with guard.standing():
        yield guard


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """A test of the `db` kind runs inside a transaction of its own, which must not count."""
    NetworkGuard.remember_open_transactions()
    return (yield)


@pytest.fixture(autouse=True)
def _closed_network(_network: NetworkGuard) -> None:
    """Nothing but the loopback, and nothing at all inside a transaction."""


@pytest.fixture
def broker() -> Iterator[Redis]:
    """The run's own Valkey, empty: what a test publishes stays until a worker takes it."""
    url = celery_app.conf.broker_url.replace("redis+socket", "unix").replace("virtual_host", "db")
    client = Redis.from_url(url)
    client.flushdb()
    yield client
    client.flushdb()
    client.close()


@pytest.fixture
def worker(broker: Redis, transactional_db: None) -> Iterator[None]:
    """A Celery worker in a thread, taking what is published to the real broker."""
    with start_worker(celery_app, pool="solo", perform_ping_check=False, loglevel="WARNING"):
        yield


@pytest.fixture
def mailbox(settings: LazySettings) -> Iterator[Mailbox]:
    """A real SMTP server on the loopback; Django sends to it for the length of the test."""
    with _receiving() as box:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = box.hostname
        settings.EMAIL_PORT = box.port
        yield box


@contextmanager
def _receiving() -> Iterator[Mailbox]:
    box = Mailbox()
    box.start()
    try:
        yield box
    finally:
        box.stop()
