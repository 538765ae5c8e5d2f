"""What people reach from a message without signing in."""

from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe")]
