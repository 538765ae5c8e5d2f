from api.services.answers import forget_answers
from api.services.keys import IssuedKey, TooManyKeys, hash_of, issue_key, revoke_key, rotate_key
from api.services.sandboxes import NotASandbox, open_sandbox, set_clock

__all__ = [
    "IssuedKey",
    "NotASandbox",
    "TooManyKeys",
    "forget_answers",
    "hash_of",
    "issue_key",
    "open_sandbox",
    "revoke_key",
    "rotate_key",
    "set_clock",
]
