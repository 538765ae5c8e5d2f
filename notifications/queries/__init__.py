"""Reads of what people and partners' programs were told."""

from notifications.queries.letters import (
    RenderedMessage,
    find_sent,
    get_message,
    get_provider_id,
    is_sent_as,
    leaves_the_desk,
    list_messages,
    list_waiting,
    read_message,
)
from notifications.queries.promises import (
    JudgedPromise,
    count_at_risk,
    judge,
    list_at_risk,
    list_of_case,
    list_over,
    list_promises,
)
from notifications.queries.webhooks import (
    EndpointHealth,
    list_endpoints,
    list_endpoints_to_feed,
    list_live_secrets,
    list_unacknowledged,
)
from notifications.queries.wishes import (
    find_suppression,
    is_muted,
    list_mutable,
    list_muted,
    list_suppressions,
)
from notifications.queries.wording import (
    Wording,
    find_wording,
    get_wording,
    list_editors,
    list_versions,
    read_template,
)

__all__ = [
    "EndpointHealth",
    "JudgedPromise",
    "RenderedMessage",
    "Wording",
    "count_at_risk",
    "find_sent",
    "find_suppression",
    "find_wording",
    "get_message",
    "get_provider_id",
    "get_wording",
    "is_muted",
    "is_sent_as",
    "judge",
    "leaves_the_desk",
    "list_at_risk",
    "list_editors",
    "list_endpoints",
    "list_endpoints_to_feed",
    "list_live_secrets",
    "list_messages",
    "list_mutable",
    "list_muted",
    "list_of_case",
    "list_over",
    "list_promises",
    "list_suppressions",
    "list_unacknowledged",
    "list_versions",
    "list_waiting",
    "read_message",
    "read_template",
]
