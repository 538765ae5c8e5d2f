from django.urls import path

from console.gallery import views

urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("<slug:name>/", views.gallery_screen, name="gallery_screen"),
]
