from django.urls import path

from console.discrepancies import views

urlpatterns = [
    path("discrepancies/", views.discrepancies, name="discrepancies"),
    path("discrepancies/in/<slug:tab>/", views.discrepancies, name="discrepancies_tab"),
    path("discrepancies/<str:number>/", views.discrepancy, name="discrepancy"),
]
