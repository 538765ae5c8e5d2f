import pytest
import structlog
from django.test import Client


@pytest.mark.django_db
class TestTheLog:
    def test_says_which_page_and_not_what_was_searched_for(self, client: Client) -> None:
        with structlog.testing.capture_logs() as lines:
            client.get("/healthz?q=ana@customers.example", headers={"user-agent": "Lynx/2.9"})
        assert [line["request"] for line in lines] == ["GET /healthz", "GET /healthz"]
        assert "customers.example" not in str(lines)
        assert "Lynx" not in str(lines)
