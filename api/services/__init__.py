from api.services.answers import forget_answers
from api.services.keys import IssuedKey, TooManyKeys, hash_of, issue_key, revoke_key, rotate_key
from api.services.requests import MOST_FORGOTTEN, forget_requests
from api.services.sandboxes import NotASandbox, open_sandbox, set_clock

__all__ = [
    "MOST_FORGOTTEN",
    "IssuedKey",
    "NotASandbox",
    "TooManyKeys",
    "forget_answers",
    "forget_requests",
    "hash_of",
    "issue_key",
    "open_sandbox",
    "revoke_key",
    "rotate_key",
    "set_clock",
]
