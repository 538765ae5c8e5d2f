from django.db import models


class VersionState(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


class Verdict(models.TextChoices):
    AUTHORISE = "authorise", "Authorise"
    AWAITING_EVIDENCE = "awaiting_evidence", "Await evidence"
    REVIEW = "review", "Review"
    REJECT = "reject", "Reject"
