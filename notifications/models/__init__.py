from notifications.models.letters import Message
from notifications.models.webhooks import WebhookEndpoint, WebhookMessage, WebhookSecret

__all__ = ["Message", "WebhookEndpoint", "WebhookMessage", "WebhookSecret"]
