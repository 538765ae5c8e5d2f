from django.urls import path

from console.repairs import views

urlpatterns = [
    path("repairs/", views.repairs, name="repairs"),
    path("repairs/in/<slug:tab>/", views.repairs, name="repairs_tab"),
    path("repairs/<str:number>/", views.repair, name="repair"),
    path("repairs/<str:number>/<slug:code>/", views.take_step, name="repair_step"),
]
