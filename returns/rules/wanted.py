"""What a return is opened with, line by line."""

from __future__ import annotations

from dataclasses import dataclass

from returns.states import Outcome, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedReturn:
    """What a customer wants to send back of one order line, why, and what they want for it.

    `defect_type` is a type's code; `photos` are ids of evidence that the opener added before.
    """

    order_line_id: int
    quantity: int
    reason: str
    outcome: str = Outcome.REFUND
    condition: str = ""
    comment: str = ""
    defect_type: str = ""
    symptom: str = ""
    serial: str = ""
    photos: tuple[str, ...] = ()

    @property
    def tells_of_a_defect(self) -> bool:
        said = self.defect_type or self.symptom or self.serial
        return self.reason == Reason.DEFECTIVE or bool(said)
