from django.urls import path

from console.adjust import views

urlpatterns = [
    path("stock/<path:sku>/adjust/", views.adjust, name="stock_adjust"),
]
