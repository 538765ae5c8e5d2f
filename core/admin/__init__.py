"""The kernel in Django admin: people, and the machinery behind the desk.

Signing in is the desk's own, with its second factor; the admin has no door of its own.
"""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin

from core.admin.machinery import EventAdmin, EventDeliveryAdmin, JobAdmin
from core.admin.people import MembershipAdmin, PartnerAdmin, UserAdmin

admin.site.site_header = "Swapdesk"
admin.site.site_title = "Swapdesk"
admin.site.index_title = "Behind the desk"
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

__all__ = [
    "EventAdmin",
    "EventDeliveryAdmin",
    "JobAdmin",
    "MembershipAdmin",
    "PartnerAdmin",
    "UserAdmin",
]
