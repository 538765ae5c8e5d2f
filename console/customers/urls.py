from django.urls import path

from console.customers import views

urlpatterns = [path("customers/<str:public_id>/", views.customer, name="customer")]
