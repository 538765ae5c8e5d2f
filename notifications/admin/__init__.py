from notifications.admin.messages import MessageAdmin
from notifications.admin.templates import MessageTemplateAdmin

__all__ = ["MessageAdmin", "MessageTemplateAdmin"]
