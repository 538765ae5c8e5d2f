from django.db import models


class MemoState(models.TextChoices):
    DRAFT = "draft", "Draft"
    ISSUED = "issued", "Issued"
    SETTLED = "settled", "Settled"
