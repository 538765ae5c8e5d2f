"""Policy in Django admin: drafts are edited by typed forms, published versions only read.

Every change goes through `policies.services`; rights come from memberships, not from Django's
model permissions.
"""

from policies.admin.rules import RuleAdmin
from policies.admin.versions import PolicyVersionAdmin

__all__ = ["PolicyVersionAdmin", "RuleAdmin"]
