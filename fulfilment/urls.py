from django.urls import path

from fulfilment import webhooks

urlpatterns = [
    path("<str:public_id>/reports/", webhooks.receive, name="warehouse-reports"),
]
