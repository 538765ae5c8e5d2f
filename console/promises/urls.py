from django.urls import path

from console.promises import views

urlpatterns = [
    path("promises/", views.promises, name="promises"),
    path("promises/<slug:tab>/", views.promises, name="promises_tab"),
]
