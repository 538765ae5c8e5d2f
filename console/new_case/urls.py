from django.urls import path

from console.new_case import views

urlpatterns = [path("cases/new/", views.new_case, name="new_case")]
