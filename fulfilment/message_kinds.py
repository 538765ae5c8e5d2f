"""The kinds of messages about warehouses, and what each may name."""

from __future__ import annotations

from notifications.kinds import MessageKind
from notifications.states import Audience

KINDS = (
    MessageKind(
        name="warehouse_dead",
        title="A warehouse message was given up",
        when="a warehouse was not told of something, or told us what we cannot act on;"
        " to leads and admins",
        to=Audience.LEAD,
        because=("warehouse.message_dead", "warehouse.report_dead"),
        names={
            "what": "A message (ship)",
            "sentence": "The warehouse does not know of it: ship.",
            "location": "BER-1",
            "number": "412",
            "why": "answered 503",
        },
    ),
    MessageKind(
        name="discrepancy_opened",
        title="Counts do not add up",
        when="what a warehouse counts and what the desk knows differ",
        to=Audience.WAREHOUSE,
        because=("discrepancy.opened",),
        names={"number": "DSC-3Q8TN-0V61C-Z", "sku": "SHOE-B42", "location": "BER-1"},
        is_optional=True,
    ),
)
