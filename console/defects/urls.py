from django.urls import path

from console.defects import views

urlpatterns = [
    path("defects/", views.defects, name="defects"),
    path("defects/patterns/new/", views.new_defect_pattern, name="new_defect_pattern"),
    path("defects/patterns/<str:public_id>/", views.defect_pattern, name="defect_pattern"),
    path(
        "defects/patterns/<str:public_id>/stop/",
        views.defect_pattern_stop,
        name="defect_pattern_stop",
    ),
    path(
        "defects/patterns/<str:public_id>/<slug:what>/",
        views.defect_pattern_decision,
        name="defect_pattern_decision",
    ),
]
