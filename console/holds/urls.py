from django.urls import path

from console.holds import views

urlpatterns = [
    path("reservations/", views.holds, name="holds"),
    path("reservations/<slug:tab>/", views.holds, name="holds_tab"),
]
