from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from django.db import models

from returns.models import Return
from returns.states import ReturnState
from tests.factories.swaps import make_swap, open_exchange

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Return:
    return open_exchange(make_swap()).return_case


def set_state(case: Return, state: str) -> None:
    case.state = state


class TestRefreshing:
    def test_brings_the_state_that_another_has_set(self, case: Return) -> None:
        other = Return.objects.get(pk=case.pk)
        other.cancel()
        other.save()
        case.refresh_from_db()
        assert case.state == ReturnState.CANCELLED
        with pytest.raises(AttributeError, match="not allowed"):
            set_state(case, ReturnState.CLOSED)

    def test_brings_only_the_fields_that_are_named(self, case: Return) -> None:
        was = case.state
        other = Return.objects.get(pk=case.pk)
        other.cancel()
        other.save()
        case.refresh_from_db(fields=["version"])
        assert case.state == was
        case.refresh_from_db(fields=["state"])
        assert case.state == ReturnState.CANCELLED

    def test_protects_other_rows_meanwhile(self, case: Return) -> None:
        other = Return.objects.get(pk=case.pk)
        refresh = models.Model.refresh_from_db
        tried = []

        def refresh_while_another_writes(row: Any, *arguments: Any) -> None:
            with pytest.raises(AttributeError, match="not allowed"):
                set_state(other, ReturnState.CLOSED)
            tried.append(row)
            refresh(row, *arguments)

        with mock.patch.object(models.Model, "refresh_from_db", refresh_while_another_writes):
            case.refresh_from_db()
        assert tried == [case]

    def test_keeps_the_state_and_its_protection_where_nothing_is_there(self, case: Return) -> None:
        was, case.pk = case.state, case.pk + 1_000
        with pytest.raises(Return.DoesNotExist):
            case.refresh_from_db()
        assert case.state == was
        with pytest.raises(AttributeError, match="not allowed"):
            set_state(case, ReturnState.CLOSED)
        assert case.get_deferred_fields() == set()
