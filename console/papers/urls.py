from django.urls import path

from console.papers import views

urlpatterns = [
    path("cases/<case_number:number>/print/label/", views.label, name="label"),
    path("cases/<case_number:number>/print/slip/", views.packing_slip, name="packing_slip"),
    path("cases/<case_number:number>/print/code/", views.drop_off_code, name="drop_off_code"),
    path("cases/<case_number:number>/print/memo/", views.credit_memo, name="credit_memo"),
    path(
        "cases/<case_number:number>/print/memo/<str:memo_number>/",
        views.credit_memo,
        name="one_credit_memo",
    ),
]
