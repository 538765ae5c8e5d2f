from django.urls import path

from console.mismatches import deciding, views

urlpatterns = [
    path("mismatches/", views.mismatches, name="mismatches"),
    path("mismatches/in/<slug:tab>/", views.mismatches, name="mismatches_tab"),
    path("mismatches/<mismatch_number:number>/", views.mismatch, name="mismatch"),
    path("mismatches/<mismatch_number:number>/decision/", deciding.decide, name="decide_mismatch"),
]
