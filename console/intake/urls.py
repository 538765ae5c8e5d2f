from django.urls import path

from console.intake import commands, letters, old_orders, views

urlpatterns = [
    path("intake/", views.overview, name="intake"),
    path("intake/old-orders/", old_orders.old_orders, name="intake_old_orders"),
    path("intake/old-orders/<slug:public_id>/", old_orders.trial, name="intake_old_orders_trial"),
    path(
        "intake/old-orders/<slug:public_id>/start/",
        old_orders.start,
        name="intake_old_orders_start",
    ),
    path("intake/groups/<slug:code>/", views.group, name="intake_group"),
    path("intake/groups/<slug:code>/trial/", views.trial, name="intake_trial"),
    path("intake/groups/<slug:code>/freeing/", commands.free, name="intake_free"),
    path("intake/groups/<slug:code>/discard/", commands.discard_group, name="intake_discard_group"),
    path("intake/dead-letters/", letters.dead_letters, name="dead_letters"),
    path("intake/documents/<slug:public_id>/", letters.document, name="intake_document"),
    path("intake/documents/<slug:public_id>/raw/", letters.raw, name="intake_raw"),
    path("intake/documents/<slug:public_id>/edit/", commands.edit, name="intake_edit"),
    path("intake/documents/<slug:public_id>/replay/", commands.replay, name="intake_replay"),
    path("intake/documents/<slug:public_id>/discard/", commands.discard, name="intake_discard"),
]
