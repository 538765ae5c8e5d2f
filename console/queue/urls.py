from django.urls import path

from console.queue import views

urlpatterns = [
    path("cases/", views.queue, name="queue"),
    path("cases/assignments/", views.take_cases, name="take_cases"),
    path("cases/next/", views.next_case, name="next_case"),
    path("cases/in/<slug:tab>/", views.queue, name="queue_tab"),
]
