from django.urls import path

from console.stock import views

urlpatterns = [
    path("stock/", views.stock, name="stock"),
    path("stock/<sku:sku>/", views.sku, name="sku"),
]
