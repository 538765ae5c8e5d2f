from django.urls import path

from console.warehouse_links import views

urlpatterns = [
    path("warehouses/", views.links, name="warehouse_links"),
    path("warehouses/<str:public_id>/pause/", views.pause, name="warehouse_pause"),
    path("warehouses/<str:public_id>/resume/", views.resume, name="warehouse_resume"),
    path("warehouses/<str:public_id>/messages/", views.told, name="warehouse_messages"),
    path(
        "warehouses/<str:public_id>/messages/<str:message_id>/",
        views.message,
        name="warehouse_message",
    ),
    path(
        "warehouses/<str:public_id>/messages/<str:message_id>/resend/",
        views.resend,
        name="warehouse_resend",
    ),
    path("warehouses/<str:public_id>/reported/", views.reported, name="warehouse_reports"),
    path(
        "warehouses/<str:public_id>/reported/<str:report_id>/",
        views.report,
        name="warehouse_report",
    ),
]
