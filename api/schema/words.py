"""What the document says of the API as a whole."""

ABOUT = """\
Returns and exchanges for partners' programs. JSON over HTTPS; a partner sees its own rows, and \
what belongs to another answers exactly like what does not exist.

**Once.** Every POST that changes something needs an `Idempotency-Key`; the same call with the \
same key is answered the same.

**Versions.** A command on a return or an exchange needs `If-Match` with the `ETag` of what the \
program has read: without it 428, when somebody was faster 412.

**Refusals** are `application/problem+json` (RFC 9457) with a `code` to branch on.
"""
