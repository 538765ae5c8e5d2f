from django.urls import path

from console.visits import views

urlpatterns = [
    path("visits/", views.visits, name="visits"),
    path("visits/<str:public_id>/", views.visit, name="visit"),
    path("visits/<str:public_id>/departure/", views.depart, name="visit_departure"),
    path("visits/<str:public_id>/arrival/", views.arrive, name="visit_arrival"),
    path("visits/<str:public_id>/report/", views.report, name="visit_report"),
]
