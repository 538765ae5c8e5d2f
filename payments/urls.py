from django.urls import path

from payments import webhooks

urlpatterns = [
    path("<slug:provider>/<str:account>/", webhooks.receive, name="payment-notices"),
]
