from django.urls import path

from console.options import views

urlpatterns = [
    path("cases/<case_number:number>/options/", views.options, name="options"),
    path("cases/<case_number:number>/options/<slug:kind>/", views.take, name="take_option"),
]
