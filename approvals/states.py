from django.db import models


class ApprovalState(models.TextChoices):
    ASKED = "asked", "Asked"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Expired"
    VOID = "void", "Void: what was approved has changed"
