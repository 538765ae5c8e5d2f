from django.urls import path, re_path

from api.allocations.views import (
    Allocations,
    CancelledAllocation,
    OneAllocation,
    ShippedAllocation,
)
from api.reservations.views import OneReservation, Reservations
from api.stock.views import Availability, Locations, StockChanges, StockEntries, StockLevels
from api.views import NoSuchAddress
from api.webhooks.views import (
    AcknowledgedMessage,
    OneWebhookMessage,
    ReplayedEndpoint,
    ResentMessage,
    WebhookEndpoints,
    WebhookMessages,
)

# A number or a reference in an address; whatever else stands there is no address of ours.
NAME = r"(?P<reference>[A-Za-z0-9._:-]{1,120})"

urlpatterns = [
    path("v1/allocations", Allocations.as_view(), name="api-allocations"),
    re_path(rf"^v1/allocations/{NAME}\Z", OneAllocation.as_view(), name="api-allocation"),
    re_path(
        rf"^v1/allocations/{NAME}/cancel\Z",
        CancelledAllocation.as_view(),
        name="api-allocation-cancel",
    ),
    re_path(
        rf"^v1/allocations/{NAME}/ship\Z", ShippedAllocation.as_view(), name="api-allocation-ship"
    ),
    path("v1/availability", Availability.as_view(), name="api-availability"),
    path("v1/locations", Locations.as_view(), name="api-locations"),
    path("v1/reservations", Reservations.as_view(), name="api-reservations"),
    path("v1/reservations/<str:number>", OneReservation.as_view(), name="api-reservation"),
    path("v1/stock-changes", StockChanges.as_view(), name="api-stock-changes"),
    path("v1/stock-entries", StockEntries.as_view(), name="api-stock-entries"),
    path("v1/stock-levels", StockLevels.as_view(), name="api-stock-levels"),
    path("v1/webhook-endpoints", WebhookEndpoints.as_view(), name="api-webhook-endpoints"),
    re_path(
        rf"^v1/webhook-endpoints/{NAME}/replay\Z",
        ReplayedEndpoint.as_view(),
        name="api-webhook-replay",
    ),
    path("v1/webhook-messages", WebhookMessages.as_view(), name="api-webhook-messages"),
    re_path(
        rf"^v1/webhook-messages/{NAME}\Z", OneWebhookMessage.as_view(), name="api-webhook-message"
    ),
    re_path(
        rf"^v1/webhook-messages/{NAME}/acknowledge\Z",
        AcknowledgedMessage.as_view(),
        name="api-webhook-acknowledge",
    ),
    re_path(
        rf"^v1/webhook-messages/{NAME}/resend\Z",
        ResentMessage.as_view(),
        name="api-webhook-resend",
    ),
    re_path(r"", NoSuchAddress.as_view(), name="api-nowhere"),
]
