from django.urls import path

from console.palette import views

urlpatterns = [path("palette/", views.palette, name="palette")]
