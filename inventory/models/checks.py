"""What rows that every hold writes must fulfil, as one call each.

PostgreSQL reads the text of a CHECK anew for every statement: the movements of stock spelled out
took a third of a hold. What a function says is parsed once for a connection.
"""

from django.db import models


class IsMovement(models.Func):
    """(from, to, cause, quantity): what `inventory.rules.MOVEMENTS` has, of at least one unit."""

    function = "inventory_is_movement"
    output_field = models.BooleanField()


class IsSoundHold(models.Func):
    """(quantity, state, resolved_at): for at least one unit, and resolved once it is over."""

    function = "inventory_is_sound_hold"
    output_field = models.BooleanField()
