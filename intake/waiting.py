"""The worker's round: settle what waits, oldest first, each document in its own transaction.

A document is claimed by lease, so a worker that dies leaves it to the next round; one that keeps
failing becomes a dead letter with the error's name, for a person to look at.
"""

from __future__ import annotations

from uuid import uuid4

import structlog

from core import clock
from core.actors import Actor
from intake import services
from intake.locks import Claim, claim_received

log = structlog.get_logger(__name__)

BATCH = 200
FEWEST = 8  # that are worth settling together
MAX_ATTEMPTS = 5
WORKER = Actor.system("intake")


def settle_waiting(*, batch: int = BATCH) -> int:
    """Settle until nothing waits; returns how many documents were settled."""
    settled = 0
    while claims := claim_received(batch):
        together = _settle_together([claim.document_id for claim in claims if claim.attempts == 1])
        alone = [claim for claim in claims if claim.document_id not in together]
        settled += len(together) + sum(_settle(claim) for claim in alone)
    return settled


def _settle_together(document_ids: list[int]) -> set[int]:
    """The plain orders of a full queue; which ones they were. What was tried before goes alone, so
    that a document that ends its worker takes no other along a second time.
    """
    if len(document_ids) < FEWEST:
        return set()
    try:
        return services.settle_plain(
            document_ids=document_ids, actor=WORKER, op_id=uuid4(), now=clock.now()
        )
    except Exception as error:  # noqa: BLE001 - each is tried alone, and says what is wrong
        log.warning("batch_failed", documents=len(document_ids), error=type(error).__name__)
        return set()


def _settle(claim: Claim) -> bool:
    try:
        services.settle_document(
            document_id=claim.document_id, actor=WORKER, op_id=uuid4(), now=clock.now()
        )
    except Exception as error:  # noqa: BLE001 - whatever it is, the document outlives it
        _give_up_in_the_end(claim, type(error).__name__)
        return False
    return True


def _give_up_in_the_end(claim: Claim, error: str) -> None:
    log.error("document_failed", document=claim.document_id, error=error, attempts=claim.attempts)
    if claim.attempts >= MAX_ATTEMPTS:
        services.bury_document(
            document_id=claim.document_id,
            reason=f"The desk failed on it {claim.attempts} times: {error}.",
            actor=WORKER,
            op_id=uuid4(),
            now=clock.now(),
        )
