from django.urls import path

from console.approvals import views

urlpatterns = [
    path("approvals/", views.approvals, name="approvals"),
    path("approvals/<slug:public_id>/", views.approval, name="approval"),
    path("approvals/<slug:public_id>/approval/", views.approve, name="approval_yes"),
    path("approvals/<slug:public_id>/rejection/", views.reject, name="approval_no"),
]
