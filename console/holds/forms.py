from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from core.models import User
from core.roles import Permission
from inventory.models import Location, Reservation


class PlaceForm(forms.Form):
    """At which fulfilment centre, as it stands in the address."""

    use_required_attribute = False

    place = forms.ChoiceField(label="At", required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Location.objects.visible_to(user, Permission.SEE_STOCK).order_by("name")
        self._names = dict(places.values_list("public_id", "name"))
        field: Any = self.fields["place"]
        field.choices = [("", "Every place"), *self._names.items()]

    @property
    def place_name(self) -> str:
        """The chosen place, “” for every one or for one that does not exist."""
        return self._names.get(self.data.get("place", ""), "")

    def narrow(self, holds: QuerySet[Reservation]) -> QuerySet[Reservation]:
        if not self.place_name:
            return holds
        return holds.filter(location__public_id=self.data["place"])
