"""The customer's own addresses. What a link carries is never logged: see `config.logs`."""

from django.urls import path

from portal import views

app_name = "portal"
urlpatterns = [
    path("", views.photos, name="photos"),
    path("send/", views.send, name="send"),
    path("<str:token>/", views.enter, name="enter"),
]
