"""States that only their transitions change, and that can be read anew while others do the same."""

from __future__ import annotations

from typing import Any

import django_fsm


class FSMModelMixin(django_fsm.FSMModelMixin):
    """A model with protected state fields, which `refresh_from_db` may set all the same.

    The library's own lifts the protection of the field, which all rows and all threads share: two
    that refresh at once meet it half way, and one that fails leaves it off. Here the row's own
    value steps aside, as if it had never been read, and comes back where nothing was read.
    """

    def refresh_from_db(
        self, using: str | None = None, fields: Any = None, from_queryset: Any = None
    ) -> None:
        names = self._get_protected_fsm_fields()
        if fields is not None:
            names &= set(fields)
        aside = {name: vars(self).pop(name) for name in names if name in vars(self)}
        vars(self)["_states_aside"] = frozenset(aside)
        try:
            super(django_fsm.FSMModelMixin, self).refresh_from_db(using, fields, from_queryset)
        finally:
            del vars(self)["_states_aside"]
            vars(self).update({name: aside[name] for name in aside if name not in vars(self)})

    def get_deferred_fields(self) -> set[str]:
        aside: frozenset[str] = vars(self).get("_states_aside", frozenset())
        return super().get_deferred_fields() - aside
