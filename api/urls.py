from django.urls import path, re_path

from api.reservations.views import OneReservation, Reservations
from api.stock.views import Availability, Locations, StockChanges, StockEntries, StockLevels
from api.views import NoSuchAddress

urlpatterns = [
    path("v1/availability", Availability.as_view(), name="api-availability"),
    path("v1/locations", Locations.as_view(), name="api-locations"),
    path("v1/reservations", Reservations.as_view(), name="api-reservations"),
    path("v1/reservations/<str:number>", OneReservation.as_view(), name="api-reservation"),
    path("v1/stock-changes", StockChanges.as_view(), name="api-stock-changes"),
    path("v1/stock-entries", StockEntries.as_view(), name="api-stock-entries"),
    path("v1/stock-levels", StockLevels.as_view(), name="api-stock-levels"),
    re_path(r"", NoSuchAddress.as_view(), name="api-nowhere"),
]
