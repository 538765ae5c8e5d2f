from __future__ import annotations

from api.problems import BadCall
from core.models import Partner
from orders.models import Channel

DIRECT = "direct"  # the kind of channel whose orders come by this API


def find_channel(partner: Partner, code: str, *, kind: str = "") -> Channel:
    """Raises `BadCall` at a channel that is not this partner's, or that is fed otherwise."""
    mine = Channel.objects.for_partner(partner).filter(code=code, is_active=True)
    channel: Channel | None = mine.first()
    if channel is None:
        raise _wrong("unknown", "No channel has this code.")
    if kind and channel.kind != kind:
        raise _wrong(
            "fed_otherwise",
            f"Its orders come from “{channel.kind}”. Send that channel's own documents to"
            " /documents.",
        )
    return channel


def _wrong(code: str, detail: str) -> BadCall:
    where = {"pointer": "/channel", "code": code, "detail": detail}
    return BadCall("The body is not as it should be.", code="bad_body", errors=[where])
