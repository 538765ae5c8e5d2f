"""Reads of what people and partners' programs were told."""

from notifications.queries.letters import (
    RenderedMessage,
    find_sent,
    get_message,
    get_provider_id,
    leaves_the_desk,
    list_messages,
    read_message,
)
from notifications.queries.webhooks import (
    EndpointHealth,
    list_endpoints,
    list_endpoints_to_feed,
    list_live_secrets,
    list_unacknowledged,
)

__all__ = [
    "EndpointHealth",
    "RenderedMessage",
    "find_sent",
    "get_message",
    "get_provider_id",
    "leaves_the_desk",
    "list_endpoints",
    "list_endpoints_to_feed",
    "list_live_secrets",
    "list_messages",
    "list_unacknowledged",
    "read_message",
]
