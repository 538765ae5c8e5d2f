from django.urls import path

from console.me import views

urlpatterns = [
    path("me/", views.me, name="me"),
    path("me/messages/", views.choose_messages, name="my_messages"),
]
