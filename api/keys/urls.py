from django.urls import path

from api.keys import log, views

urlpatterns = [
    path("", views.keys, name="api-keys"),
    path("new/", views.new, name="api-key-new"),
    path("requests/", log.requests, name="api-requests"),
    path("sandbox/", views.sandbox, name="api-sandbox"),
    path("<str:prefix>/replace/", views.replace, name="api-key-replace"),
    path("<str:prefix>/revoke/", views.revoke, name="api-key-revoke"),
]
