from django.urls import path

from console.me import views

urlpatterns = [path("me/", views.me, name="me")]
