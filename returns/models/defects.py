from __future__ import annotations

from functools import partial

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from core.history import History
from core.models import PartnerRow
from core.numbers import new_public_id
from core.states import FSMModelMixin
from inventory.models import Variant
from returns.defects.matching import read_words
from returns.models.returns import ReturnLine
from returns.states import OPEN_PATTERNS, PatternState, WarrantyVerdict


class DefectType(PartnerRow):
    """What can be wrong with goods of a category. Kept in the admin; retired, never deleted."""

    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    category = models.CharField(max_length=40, blank=True, help_text="Blank: every category.")
    symptom_words = models.TextField(
        max_length=500, blank=True, help_text="What customers say when they mean it, by commas."
    )
    is_active = models.BooleanField(default=True)

    history = History()

    class Meta:
        ordering = ["category", "name"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "code"], name="defect_codes_are_unique")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def words(self) -> tuple[str, ...]:
        return read_words(self.symptom_words)


class DefectPattern(FSMModelMixin, PartnerRow):
    """A defect that is known of a SKU: of a lot, of some serials, of a type, or said in words.

    What the system finds is *proposed* with its figures; only a person confirms. The figures are
    those of the day it was found; how many cases stand behind it now is counted when asked.
    """

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "pat"))
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="+")
    lot = models.CharField(max_length=40, blank=True)
    lot_to = models.CharField(
        max_length=40, blank=True, help_text="The last of several lots; `lot` is their first."
    )
    serial_from = models.CharField(max_length=80, blank=True)
    serial_to = models.CharField(max_length=80, blank=True)
    defect_type = models.ForeignKey(DefectType, models.PROTECT, null=True, related_name="+")
    symptom_words = models.CharField(max_length=300, blank=True)
    title = models.CharField(max_length=160)
    state = FSMField(default=PatternState.PROPOSED, choices=PatternState, protected=True)
    stops_lot = models.BooleanField(
        default=False, help_text="The lot is not sent as a replacement while it is confirmed."
    )
    found_at = models.DateTimeField()
    found_by = models.CharField(max_length=64)
    units_sold = models.PositiveIntegerField(null=True)
    defects = models.PositiveIntegerField(null=True)
    expected = models.FloatField(null=True, help_text="Defects, had it failed like its siblings.")
    p_value = models.FloatField(null=True)
    q_value = models.FloatField(null=True, help_text="After Benjamini and Hochberg, that day.")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_because = models.CharField(max_length=500, blank=True)

    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    *("variant", "lot", "lot_to", "serial_from"),
                    *("defect_type", "symptom_words"),
                ],
                condition=Q(state__in=OPEN_PATTERNS),
                nulls_distinct=False,
                name="a_pattern_is_known_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[PatternState.CONFIRMED, PatternState.DISMISSED])
                | Q(decided_by__isnull=False),
                name="a_person_decides_about_a_pattern",
            ),
        ]
        indexes = [models.Index(fields=["partner", "state"], name="patterns_by_state")]

    def __str__(self) -> str:
        return self.title

    @property
    def words(self) -> tuple[str, ...]:
        return read_words(self.symptom_words)

    @property
    def one_lot(self) -> str:
        """Blank where it is of several lots, or of none: those are not stopped or looked up."""
        return "" if self.lot_to else self.lot

    @property
    def lots(self) -> str:
        """Its lot, or the first and the last of several, in no language."""
        return f"{self.lot}–{self.lot_to}" if self.lot_to else self.lot

    @transition(
        state, source=[PatternState.PROPOSED, PatternState.DISMISSED], target=PatternState.CONFIRMED
    )
    def confirm(self) -> None: ...

    @transition(state, source=PatternState.PROPOSED, target=PatternState.DISMISSED)
    def dismiss(self) -> None: ...

    @transition(state, source=PatternState.CONFIRMED, target=PatternState.RETIRED)
    def retire(self) -> None: ...


class DefectReport(PartnerRow):
    """What is wrong with the goods of one return line, as told when they were asked back.

    The warranty's verdict is of the day of the report. What the customer said may name somebody,
    so it is no part of history and can be blanked.
    """

    return_line = models.OneToOneField(ReturnLine, models.PROTECT, related_name="defect_report")
    defect_type = models.ForeignKey(DefectType, models.PROTECT, null=True, related_name="+")
    symptom = models.CharField(max_length=500, blank=True)
    serial = models.CharField(max_length=80, blank=True)
    serial_matches = models.BooleanField(
        null=True, help_text="Whether that serial was sold on this line; null: nobody can tell."
    )
    lot = models.CharField(max_length=40, blank=True)
    warranty = models.CharField(max_length=16, choices=WarrantyVerdict)
    warranty_until = models.DateField(null=True)
    warranty_rate = models.DecimalField(max_digits=9, decimal_places=6, default=0)
    warranty_sentence = models.CharField(max_length=200)
    pattern = models.ForeignKey(DefectPattern, models.PROTECT, null=True, related_name="reports")
    reported_at = models.DateTimeField()
    reported_by = models.CharField(max_length=64)

    history = History(excluded_fields=["symptom"])

    class Meta:
        indexes = [models.Index(fields=["partner", "reported_at"], name="defects_by_day")]

    def __str__(self) -> str:
        return f"defect of {self.return_line}"
