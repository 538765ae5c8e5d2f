"""The desk's addresses, screen by screen."""

from django.urls import include, path

app_name = "console"
urlpatterns = [
    path("dev/components/", include("console.gallery.urls")),
]
