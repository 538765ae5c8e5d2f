from django.urls import path

from console.refund import views

urlpatterns = [
    path("cases/<case_number:number>/refund-sums/", views.refund, name="refund_sums"),
]
