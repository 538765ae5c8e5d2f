"""Once a day the desk looks for defects that are more than chance, and proposes them."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.operations import operation
from returns.defects.radar import find_suspects
from returns.models import DefectPattern
from returns.queries.radar import count_failed, count_sold
from returns.services.patterns import Figures, propose_pattern


@operation("defect_radar.look")
def look_for_defects(
    *, partner_id: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> list[DefectPattern]:
    """Compare every SKU, lot and type of a partner with its likes; what stands out is proposed."""
    suspects = find_suspects(
        count_sold(partner_id=partner_id, now=now), count_failed(partner_id=partner_id, now=now)
    )
    return [
        propose_pattern(
            partner_id=partner_id,
            variant_id=suspect.variant_id,
            lot=suspect.lot,
            defect_type_id=suspect.type_id,
            figures=Figures(
                units_sold=suspect.units_sold,
                defects=suspect.defects,
                expected=suspect.expected,
                p_value=suspect.p_value,
                q_value=suspect.q_value,
            ),
            actor=actor,
            now=now,
            op_id=op_id,
        )
        for suspect in suspects
    ]
