from __future__ import annotations

import pytest
from django.db import connection

from core.laws import check_laws
from tests.intake.desk import make_channel, take_in
from tests.intake.documents import shopify

DOCUMENT = "UPDATE intake_channeldocument SET"
FAULTS = {
    "no_document_is_forgotten": (
        f"{DOCUMENT} state = 'received', queued_at = now() - interval '61 minutes'"
    ),
    "a_settled_document_says_what_became_of_it": f"{DOCUMENT} order_id = NULL",
    "received_is_the_sum_of_outcomes": "DELETE FROM intake_channeldocument",
    "an_order_is_made_by_one_document": f"{DOCUMENT} state = 'accepted', is_update = false",
}

pytestmark = pytest.mark.django_db


class TestLawsOfIntake:
    @pytest.mark.parametrize("law", FAULTS)
    def test_hold_after_ordinary_work_and_notice_their_fault(self, law: str) -> None:
        channel = make_channel()
        take_in(channel, shopify())
        take_in(channel, shopify(financial_status="authorized"))
        assert [outcome.ok for outcome in check_laws([law])] == [True]
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(FAULTS[law])
        assert [outcome.ok for outcome in check_laws([law])] == [False]
