from notifications.models.letters import Message
from notifications.models.promises import Promise
from notifications.models.templates import MessageTemplate
from notifications.models.webhooks import WebhookEndpoint, WebhookMessage, WebhookSecret
from notifications.models.wishes import MutedKind, Suppression

__all__ = [
    "Message",
    "MessageTemplate",
    "MutedKind",
    "Promise",
    "Suppression",
    "WebhookEndpoint",
    "WebhookMessage",
    "WebhookSecret",
]
