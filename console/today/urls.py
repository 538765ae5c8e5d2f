from django.urls import path

from console.today import views

urlpatterns = [path("", views.today, name="today")]
