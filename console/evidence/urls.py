from django.urls import path

from console.evidence import views

urlpatterns = [
    path("evidence/<str:public_id>/", views.photo, name="photo"),
    path("evidence/<str:public_id>/photo/", views.photo_file, name="photo_file"),
    path("evidence/<str:public_id>/small/", views.photo_file, {"is_small": True}, "photo_small"),
    path("evidence/<str:public_id>/removal/", views.photo_removal, name="photo_removal"),
    path("cases/<case_number:number>/evidence/", views.case_evidence, name="case_evidence"),
    path(
        "cases/<case_number:number>/evidence/request/",
        views.case_evidence_request,
        name="case_evidence_request",
    ),
    path(
        "cases/<case_number:number>/defects/<int:position>/",
        views.case_defect,
        name="case_defect",
    ),
]
