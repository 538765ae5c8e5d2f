from django.urls import path

from console.ratings import views

urlpatterns = [path("ratings/", views.ratings, name="ratings")]
