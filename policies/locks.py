from __future__ import annotations

from core.kept import KeptQuery
from core.models import Partner
from policies.models import PolicyVersion

_PARTNER: KeptQuery[Partner] = KeptQuery(
    lambda pk: Partner.objects.select_for_update(no_key=True).filter(pk=pk)
)


def lock_policy(partner_id: int) -> None:
    """One writer of a partner's policy at a time.

    The partner's row stands for it, so that the first version of all is guarded too.
    """
    _PARTNER.get(partner_id)


def lock_version(version_id: int) -> PolicyVersion:
    """The version, after its partner's policy: read anew, for it may have been published."""
    partner_id = PolicyVersion.objects.values_list("partner_id", flat=True).get(pk=version_id)
    lock_policy(partner_id)
    return PolicyVersion.objects.select_for_update(no_key=True).get(pk=version_id)
