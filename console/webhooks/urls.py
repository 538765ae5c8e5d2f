from django.urls import path

from console.webhooks import traffic, views

urlpatterns = [
    path("endpoints/", views.endpoints, name="webhooks"),
    path("endpoints/new/", views.new, name="webhook_new"),
    path("endpoints/unconfirmed/", traffic.unconfirmed, name="webhooks_unconfirmed"),
    path("endpoints/<str:public_id>/", views.endpoint, name="webhook"),
    path("endpoints/<str:public_id>/secrets/", views.new_secret, name="webhook_new_secret"),
    path(
        "endpoints/<str:public_id>/secrets/<int:number>/retire/",
        views.retire,
        name="webhook_retire_secret",
    ),
    path("endpoints/<str:public_id>/pause/", views.pause, name="webhook_pause"),
    path("endpoints/<str:public_id>/resume/", views.resume, name="webhook_resume"),
    path("endpoints/<str:public_id>/replay/", traffic.replay, name="webhook_replay"),
    path("endpoints/<str:public_id>/messages/", traffic.told, name="webhook_messages"),
    path(
        "endpoints/<str:public_id>/messages/<str:message_id>/",
        traffic.message,
        name="webhook_message",
    ),
    path(
        "endpoints/<str:public_id>/messages/<str:message_id>/resend/",
        traffic.resend,
        name="webhook_resend",
    ),
]
