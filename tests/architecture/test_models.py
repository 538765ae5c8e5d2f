"""What import-linter cannot see: foreign keys are strings, and a mixin is easily forgotten."""

from collections.abc import Iterator

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django_fsm import FSMField

from core.states import FSMModelMixin
from tests.architecture.tree import APPS, layer_of

# Rows of the machinery, of all partners, or of the world.
BELONG_TO_NOBODY = {
    "core.DocumentKey",
    "core.EventDelivery",
    "core.EventSeal",
    "core.InboxEntry",
    "core.NumberSequence",
    "core.Operation",
    "core.Partner",
    "core.ScheduleRun",
    "core.User",
    "inventory.PostalCentroid",
}


def our_models() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        if model._meta.app_label in APPS and not hasattr(model, "history_object"):
            yield model


def has_required_partner(model: type[models.Model]) -> bool:
    try:
        field = model._meta.get_field("partner")
    except FieldDoesNotExist:
        return False
    return not field.null


class TestModels:
    def test_belong_to_a_partner(self) -> None:
        ownerless = {model._meta.label for model in our_models() if not has_required_partner(model)}
        assert ownerless == BELONG_TO_NOBODY

    def test_point_downwards_only(self) -> None:
        upward = [
            f"{field} points at {field.related_model._meta.label}"
            for model in our_models()
            for field in model._meta.get_fields()
            if isinstance(field, models.ForeignKey | models.ManyToManyField)
            and points_up(model, field.related_model)
        ]
        assert upward == []

    def test_with_states_can_be_read_again(self) -> None:
        """Without the mixin `refresh_from_db` fails on a protected state."""
        without = [
            model._meta.label
            for model in our_models()
            if any(isinstance(field, FSMField) for field in model._meta.get_fields())
            and not issubclass(model, FSMModelMixin)
        ]
        assert without == []

    def test_with_states_protect_them(self) -> None:
        open_to_all = [
            str(field)
            for model in our_models()
            for field in model._meta.get_fields()
            if isinstance(field, FSMField) and not field.protected
        ]
        assert open_to_all == []


def points_up(model: type[models.Model], target: type[models.Model]) -> bool:
    ours, theirs = model._meta.app_label, target._meta.app_label
    if theirs not in APPS or ours == theirs:
        return False
    return layer_of(theirs) >= layer_of(ours)
