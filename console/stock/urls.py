from django.urls import path

from console.stock import views

urlpatterns = [
    path("stock/", views.stock, name="stock"),
    path("stock/<sku:sku>/ledger/", views.ledger, name="ledger"),
    path("stock/<sku:sku>/ledger/csv/", views.ledger_csv, name="ledger_csv"),
    path("stock/<sku:sku>/", views.sku, name="sku"),
]
