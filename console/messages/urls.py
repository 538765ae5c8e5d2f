from django.urls import path

from console.messages import views

urlpatterns = [
    path("dev/messages/", views.messages, name="messages"),
    path("dev/messages/<str:public_id>/", views.message, name="message"),
]
