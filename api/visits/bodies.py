from __future__ import annotations

from rest_framework import serializers

from api.bodies import Body, Count, Date, Text
from fulfilment.states import NotDone, VisitSlot

MOST_TASKS = 100


class Booked(Body):
    """When who comes: of `GET /visit-slots`. An appointment that was made is moved."""

    crew = Text(max_length=40, help_text="A crew's id.")
    day = Date()
    slot = serializers.ChoiceField(choices=VisitSlot.choices)


class TaskNotDone(Body):
    """A task by its number, and why it was not done."""

    task = Count(min_value=1, max_value=MOST_TASKS)
    because = serializers.ChoiceField(choices=NotDone.choices)


class Reported(Body):
    """What was not done; everything else was. `remark` is kept as a note on the case."""

    not_done = serializers.ListField(child=TaskNotDone(), max_length=MOST_TASKS)
    remark = Text(max_length=500, required=False, allow_blank=True)
