from django.urls import path

from console.adjust import quarantine, views

urlpatterns = [
    path("stock/<path:sku>/adjust/", views.adjust, name="stock_adjust"),
    path("stock/<path:sku>/quarantine/", quarantine.of_sku, name="stock_quarantine"),
    path("stock/<path:sku>/quarantine/put/", quarantine.put_aside, name="stock_put_aside"),
    path("stock/<path:sku>/quarantine/<int:balance>/", quarantine.let_out, name="stock_let_out"),
    path("quarantine/", quarantine.quarantine, name="quarantine"),
]
