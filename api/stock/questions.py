from __future__ import annotations

from rest_framework import serializers

from api.pages import CursorField, PageQuestion
from api.questions import Question
from inventory.states import EntryCause

MOST_SKUS = 50
MOST_CHANGES = 100


class Sku(serializers.CharField):
    """A SKU as the catalogue has it, blanks and all."""

    def __init__(self, **how: object) -> None:
        super().__init__(max_length=80, trim_whitespace=False, **how)  # type: ignore[arg-type]


class LocationCode(serializers.CharField):
    def __init__(self, **how: object) -> None:
        super().__init__(max_length=40, trim_whitespace=False, **how)  # type: ignore[arg-type]


class LevelQuestion(PageQuestion):
    sku = Sku(required=False)
    location = LocationCode(required=False)
    lot = serializers.CharField(required=False, max_length=40, allow_blank=True)


class EntryQuestion(LevelQuestion):
    cause = serializers.ChoiceField(choices=EntryCause.choices, required=False)


class AvailabilityQuestion(Question):
    sku = serializers.ListField(child=Sku(), min_length=1, max_length=MOST_SKUS)


class ChangesQuestion(Question):
    after = CursorField(required=False)
    limit = serializers.IntegerField(
        required=False, default=MOST_CHANGES, min_value=1, max_value=MOST_CHANGES
    )
