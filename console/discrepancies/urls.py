from django.urls import path

from console.discrepancies import deciding, views

urlpatterns = [
    path("discrepancies/", views.discrepancies, name="discrepancies"),
    path("discrepancies/in/<slug:tab>/", views.discrepancies, name="discrepancies_tab"),
    path("discrepancies/<str:number>/", views.discrepancy, name="discrepancy"),
    path(
        "discrepancies/<str:number>/correction/",
        deciding.correct,
        name="discrepancy_correction",
    ),
    path(
        "discrepancies/<str:number>/dismissal/",
        deciding.dismiss,
        name="discrepancy_dismissal",
    ),
]
