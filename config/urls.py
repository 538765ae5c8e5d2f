"""Every address of the desk. An app brings its own `urls` under one prefix."""

from django.contrib import admin
from django.urls import include, path

from config import health

urlpatterns = [
    path("healthz", health.answering, name="healthz"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("api.urls")),
    path("api-keys/", include("api.keys.urls")),
    path("webhooks/payments/", include("payments.urls")),
    path("webhooks/", include("intake.urls")),
    path("warehouses/", include("fulfilment.urls")),
    path("messages/", include("notifications.urls")),
    path("my/", include("portal.order_urls")),
    path("photos/", include("portal.urls")),
    path("papers/", include("portal.paper_urls")),
    path("", include("console.urls")),
]
