from django.urls import path

from intake import webhooks

urlpatterns = [
    path("<slug:channel>/", webhooks.receive, name="webhook-of-channel"),
    path("<slug:channel>/<str:account>/", webhooks.receive, name="webhook"),
]
