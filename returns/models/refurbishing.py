from __future__ import annotations

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from core.history import History
from core.models import PartnerRow
from core.states import FSMModelMixin
from inventory.models import Variant
from orders.models.orders import money
from returns.models.receipts import Disposition
from returns.states import RefurbishState

S = RefurbishState


class Refurbishment(FSMModelMixin, PartnerRow):
    """Goods in quarantine that are put right and then sold as another SKU, or given up.

    `cost` is what putting them right took, in the partner's base currency.
    """

    disposition = models.OneToOneField(Disposition, models.PROTECT, related_name="refurbishment")
    state = FSMField(default=S.WAITING, choices=RefurbishState, protected=True)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    started_by = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=64, blank=True)
    into_variant = models.ForeignKey(Variant, models.PROTECT, null=True, related_name="+")
    cost = money(default=0)

    history = History()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=S.DONE) | Q(into_variant__isnull=False),
                name="refurbished_goods_have_a_sku",
            ),
            models.CheckConstraint(condition=Q(cost__gte=0), name="refurbishing_costs"),
        ]
        indexes = [models.Index(fields=["partner", "state", "asked_at"], name="refurbish_list")]

    def __str__(self) -> str:
        return f"refurbishing of {self.disposition}"

    @transition(state, source=S.WAITING, target=S.UNDER_WAY)
    def start(self) -> None: ...

    @transition(state, source=S.UNDER_WAY, target=S.DONE)
    def finish(self) -> None: ...

    @transition(state, source=[S.WAITING, S.UNDER_WAY], target=S.GIVEN_UP)
    def give_up(self) -> None: ...
