from django.urls import path

from console.orders import views

urlpatterns = [path("orders/<str:public_id>/", views.order, name="order")]
