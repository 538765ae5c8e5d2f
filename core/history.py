"""History by django-simple-history, without making a class for each row that is written.

Its descriptor puts a manager class together whenever somebody looks at a model's history, and
somebody does for every row that is saved: a twentieth of a command went into that.
"""

from functools import cache
from typing import Any

from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

from core.kept import insert_kept


class KeptHistoryManager(HistoryManager):
    @classmethod
    @cache
    def from_queryset(cls, queryset_class: type[Any], class_name: str | None = None) -> type[Any]:
        made: type[Any] = super().from_queryset(queryset_class, class_name)
        return made


class History(HistoricalRecords):
    """What a model says to have its history kept, with the options of `HistoricalRecords`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"history_manager": KeptHistoryManager} | options)

    def create_history_model(self, model: type[Any], inherited: bool) -> type[Any]:
        made: type[Any] = super().create_history_model(model, inherited)
        made._do_insert = insert_kept
        return made
