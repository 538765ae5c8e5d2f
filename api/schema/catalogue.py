"""Every code with which the API refuses: what it means, and what a program does about it.

A test holds it against the code: what is raised stands here, and what stands here is raised.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """One code. `members` are what the problem says beside what every problem says."""

    code: str
    status: int
    means: str
    do: str
    members: tuple[str, ...] = ()

    @property
    def parts(self) -> list[tuple[str, bool]]:
        """What to do, and whether each stretch of it is code."""
        return [(text, at % 2 == 1) for at, text in enumerate(self.do.split("`"))]


R = Refusal
SAME_CALL = "Send the same call with the same key again."
MEND = "Mend the call; `errors` says where."

CATALOGUE = (
    # --- the call itself ---
    R("bad_body", 400, "A field is missing, unknown or not as it should be.", MEND, ("errors",)),
    R(
        "bad_request",
        400,
        "A parameter is unknown, repeated or not as it should be.",
        MEND,
        ("errors",),
    ),
    R("bad_value", 400, "A value is outside of what can be looked for.", "Mend the call."),
    R(
        "malformed_json",
        400,
        "The body is not JSON, or could be read in two ways.",
        "Send UTF-8 without a byte-order mark, no key twice, no NUL, at most 32 levels.",
        ("errors",),
    ),
    R(
        "bad_version",
        400,
        "`If-Match` is not an ETag of the desk.",
        "Send the ETag as it came, quotes and all.",
    ),
    R(
        "idempotency_key_needed",
        400,
        "A POST came without an Idempotency-Key.",
        "Send one of 1 to 255 characters, new for each intent.",
    ),
    R("unknown_version", 400, "Api-Version names no edition.", "Name one of those in `detail`."),
    R("not_authenticated", 401, "There is no key.", "Send `Authorization: Bearer sk_…`."),
    R(
        "authentication_failed",
        401,
        "The key opens nothing: unknown, expired or revoked.",
        "Take the newer key; ask your admin for one.",
    ),
    R(
        "permission_denied",
        403,
        "The key lacks the scope that `detail` names.",
        "Ask your admin for a key with it.",
    ),
    R("not_found", 404, "It does not exist, or is somebody else's.", "Check the id."),
    R("unknown_sku", 404, "The catalogue has no such SKU.", MEND, ("errors",)),
    R("method_not_allowed", 405, "The address does not know the method.", "See the reference."),
    R("too_large", 413, "A body has at most 1 MiB.", "Send less at once."),
    R("unsupported_media_type", 415, "A body is `application/json`.", "Say so."),
    R(
        "throttled",
        429,
        "The key has called more often than it may in a minute.",
        "Wait `Retry-After` seconds. `RateLimit` tells in advance.",
    ),
    # --- once, and in the right version ---
    R(
        "idempotency_key_reused",
        422,
        "The key was used for another call.",
        "Take a new key for each intent.",
    ),
    R(
        "operation_reused",
        422,
        "The same intent came with two different contents.",
        "Take a new key for each intent.",
    ),
    R(
        "in_flight",
        409,
        "The first call with this key is still at work.",
        "Wait `Retry-After` seconds. " + SAME_CALL,
    ),
    R(
        "version_needed",
        428,
        "A command came without `If-Match`.",
        "Send the ETag of what you have read.",
    ),
    R(
        "stale_version",
        412,
        "Somebody changed the case since you read it.",
        "Read it again, decide again, and send the new ETag with the same Idempotency-Key.",
        ("seen", "current"),
    ),
    # --- the state of things ---
    R(
        "action_blocked",
        409,
        "A rule is against it, now.",
        "`reasons` says why, `allowed_actions` what may be done instead.",
        ("reasons", "allowed_actions"),
    ),
    R("bad_input", 422, "A value can never be right there.", "Mend `field`.", ("field",)),
    R("not_permitted", 403, "This may never be done by a program.", "A person does it."),
    R(
        "out_of_stock",
        409,
        "Some lines cannot be held. Nothing was taken.",
        "`shortages` names every short line. A new attempt is a new intent.",
        ("shortages",),
    ),
    R(
        "hold_ended",
        409,
        "A hold that was to be kept has ended.",
        "Hold the stock again.",
        ("references",),
    ),
    R(
        "hold_too_long",
        409,
        "A hold has run for as long as any may.",
        "Release it, or go on with the exchange.",
        ("references",),
    ),
    R("held_otherwise", 422, "It is held already, but otherwise.", "Release the hold first."),
    R(
        "allocated_otherwise",
        422,
        "Your reference is allocated, but otherwise.",
        "Take another reference.",
        ("reference",),
    ),
    R(
        "allocation_ended",
        409,
        "The allocation is not open any more.",
        "Read it again.",
        ("references",),
    ),
    R("not_returnable", 409, "More units are asked back than can come back.", MEND, ("errors",)),
    R("no_policy", 409, "No return policy is published yet.", "An admin publishes one."),
    R("no_rule", 409, "The policy says nothing of such a case.", "An admin completes it."),
    R("no_price", 409, "The catalogue has no price for it.", "An admin enters one."),
    R("no_tax_rate", 409, "No tax rate is known for it.", "An admin enters one."),
    R("bad_parameter", 422, "A rule of the policy cannot be read.", "An admin mends it."),
    R("discount_exceeds_value", 422, "A discount is larger than its goods.", "Mend the order."),
    R("units_out_of_range", 422, "The line does not have such units.", "Read the order again."),
    R("mixed_currencies", 422, "Two currencies met in one sum.", "Keep them apart."),
    R("unknown_currency", 422, "It is not a currency of ISO 4217.", MEND),
    R("unknown_channel", 404, "Nothing reads this channel's documents.", "Check the channel."),
    R("not_enough_stock", 409, "Fewer units are there than that.", "Read the stock again."),
    R("not_shippable", 409, "More units would leave than were sold.", "Read the order again."),
    R("mistyped_number", 422, "The check character does not fit.", "Type it again."),
    R("content_changed", 409, "What was to be approved has changed.", "Read it again."),
    R("already_asked", 409, "It waits for its approval, or has it.", "Wait for it."),
    R("not_a_sandbox", 409, "Only a sandbox has a clock that can be set.", "Use a `sk_test_` key."),
    R("too_many_keys", 409, "Two keys of the name are live.", "Revoke the older one."),
    R("unknown_job", 422, "Nobody does such work.", "Check the kind."),
    # --- money ---
    R(
        "money_unknown",
        409,
        "Nobody knows yet whether money moved for it.",
        "Wait: the desk finds out by itself.",
    ),
    R("money_under_way", 409, "Another amount is on its way for it.", "Wait for it."),
    R(
        "no_payment_provider",
        409,
        "The partner has no account with a payment provider.",
        "An admin connects one.",
    ),
    R("payouts_held", 409, "A dispute is open for the payment.", "A person decides."),
    R(
        "refund_shortfall",
        409,
        "The payments cannot bear the refund. Nothing was posted.",
        "A person chooses.",
        ("plan",),
    ),
    R(
        "tender_exhausted",
        409,
        "The payment cannot give back that much any more.",
        "A person chooses.",
    ),
    # --- the desk ---
    R("document_erased", 410, "A person was forgotten, and this with them.", "It is gone."),
    R("document_unreadable", 500, "The desk cannot read what it kept.", "Ask us."),
    R(
        "fault",
        500,
        "The desk failed. It has been noted, and nothing was kept.",
        SAME_CALL + " If it fails again, ask us and quote `request_id`.",
    ),
    R(
        "try_again",
        503,
        "The desk was too busy. Nothing was changed.",
        "Wait `Retry-After` seconds. " + SAME_CALL,
    ),
)
BY_CODE = {each.code: each for each in CATALOGUE}
