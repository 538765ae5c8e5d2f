"""Nobody has asked anything yet, and the desk has an address that customers can reach."""

import pytest
from django.conf import LazySettings
from django.core.cache import cache

from tests.portal.customers import OUTSIDE


@pytest.fixture(autouse=True)
def _nobody_has_knocked_yet(settings: LazySettings) -> None:
    cache.clear()
    settings.PUBLIC_ADDRESS = OUTSIDE
