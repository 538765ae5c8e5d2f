"""What a crew says of each task, and the day that a board shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from fulfilment.models import WorkTask
from fulfilment.states import NotDone

DONE = "done"
LONGEST_REMARK = 500


class DayForm(forms.Form):
    day = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))


class ReportForm(forms.Form):
    """One choice for each task: done, or why not."""

    remark = forms.CharField(
        label="Anything else",
        required=False,
        max_length=LONGEST_REMARK,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For colleagues; it stays with the case.",
    )

    def __init__(self, tasks: Sequence[WorkTask], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._tasks = tasks
        for task in tasks:
            self.fields[_name(task)] = forms.ChoiceField(
                label=f"{task.get_kind_display()}: {task.quantity} × {task.title}",
                choices=[(DONE, "Done"), *NotDone.choices],
                widget=forms.RadioSelect,
            )
        self.order_fields([_name(task) for task in tasks])

    @property
    def not_done(self) -> dict[int, str]:
        """By task id, why it was not done."""
        said = {task.pk: self.cleaned_data[_name(task)] for task in self._tasks}
        return {pk: because for pk, because in said.items() if because != DONE}


def _name(task: WorkTask) -> str:
    return f"task-{task.pk}"
