from __future__ import annotations

from django.db import models

from core.models.partners import PartnerRow


class EncryptedDocument(PartnerRow):
    """Bytes that may hold personal data: channel documents, webhook bodies, addresses.

    Encrypted under a key of its own (`DocumentKey`); destroying that key erases the document
    while its row, hash and size stay for the books.
    """

    kind = models.CharField(max_length=40)
    person = models.CharField(
        max_length=64, blank=True, db_index=True, help_text="Whom it is about: “customer:12”."
    )
    sha256 = models.CharField(max_length=64, help_text="Of the content, before encryption.")
    size = models.PositiveIntegerField()
    content_type = models.CharField(max_length=100, blank=True)
    ciphertext = models.BinaryField()
    stored_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:12]}"


class DocumentKey(models.Model):
    """The key of one document, wrapped by the desk's own key. Blank once it is destroyed."""

    document = models.OneToOneField(
        EncryptedDocument, models.CASCADE, primary_key=True, related_name="key"
    )
    wrapped = models.BinaryField()
    destroyed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"key of {self.document_id}"
