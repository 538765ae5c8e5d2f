"""History of holds, found by its hold alone: each further index would cost every hold."""

from typing import Any, Literal

from core.history import History


class HoldHistory(History):
    _date_indexing: Literal[False] = False

    def _get_history_user_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super()._get_history_user_fields()
        user: Any = fields["history_user"]
        user.db_index = False
        return fields
