from django.urls import path

from console.warehouse import photos, shipping, views

urlpatterns = [
    path("warehouse/", views.warehouse, name="warehouse"),
    path("cases/<case_number:number>/inspect/", views.inspect, name="inspect"),
    path("cases/<case_number:number>/inspect/photos/", photos.add_photos, name="inspect_photos"),
    path("cases/<case_number:number>/ship/", shipping.ship, name="ship"),
]
