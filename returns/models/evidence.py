from __future__ import annotations

from functools import partial

from django.db import models
from django.db.models import Q

from core.models import EncryptedDocument, PartnerRow
from core.numbers import new_public_id
from orders.models import OrderLine
from returns.models.returns import Return, ReturnLine


class Evidence(PartnerRow):
    """A photo that shows what is wrong. Its pixels lie in files, encrypted; here is the rest.

    Without a return line it was added before there is a case, and waits for whoever added it to
    open one. Only pixels that were encoded anew are ever kept, so there is nothing to scan.
    """

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "evd"))
    order_line = models.ForeignKey(OrderLine, models.PROTECT, related_name="+")
    return_line = models.ForeignKey(ReturnLine, models.PROTECT, null=True, related_name="evidence")
    name = models.CharField(max_length=64, unique=True, help_text="Of its files; says nothing.")
    key = models.OneToOneField(EncryptedDocument, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, help_text="Of the file as it was sent.")
    size = models.PositiveIntegerField(help_text="Bytes of both files.")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    fingerprint = models.BigIntegerField(help_text="64 bits that stay alike when it is resized.")
    taken_at = models.DateTimeField(null=True, help_text="As the camera says; anyone can forge it.")
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=64)
    removed_at = models.DateTimeField(null=True, help_text="Since then nobody can read it.")

    class Meta:
        verbose_name_plural = "evidence"
        constraints = [
            models.UniqueConstraint(
                fields=["return_line", "sha256"],
                condition=Q(removed_at__isnull=True),
                name="a_photo_is_added_once",
            )
        ]
        indexes = [
            models.Index(fields=["partner", "fingerprint"], name="photos_alike"),
            models.Index(
                fields=["added_by", "order_line"],
                name="photos_waiting",
                condition=Q(return_line__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class EvidenceRequest(PartnerRow):
    """A customer was asked for photos: a link that opens one page of one case, for a time.

    The link itself is known to its reader alone; here is its hash. A newer one ends the older.
    """

    return_case = models.ForeignKey(Return, models.PROTECT, related_name="evidence_requests")
    token_hash = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="Answered, replaced or withdrawn.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["return_case"],
                condition=Q(ended_at__isnull=True),
                name="a_case_has_one_open_request",
            )
        ]

    def __str__(self) -> str:
        return f"evidence asked for {self.return_case}"
