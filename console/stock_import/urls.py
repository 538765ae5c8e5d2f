from django.urls import path

from console.stock_import import views

_FILE = "stock/import/<slug:sha256>/<slug:mode>/"

urlpatterns = [
    path("stock/import/", views.upload, name="stock_import"),
    path(_FILE, views.dry_run, name="stock_import_dry_run"),
    path(f"{_FILE}report.csv", views.report, name="stock_import_report"),
    path(f"{_FILE}start/", views.start, name="stock_import_start"),
]
