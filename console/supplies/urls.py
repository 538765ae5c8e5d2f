from django.urls import path

from console.supplies import views

urlpatterns = [
    path("supplies/", views.supplies, name="supplies"),
    path("supplies/new/", views.new_supply, name="new_supply"),
    path("supplies/<slug:public_id>/move/", views.move, name="move_supply"),
    path("supplies/<slug:public_id>/arrival/", views.take_in, name="take_in_supply"),
    path("supplies/<slug:public_id>/cancellation/", views.cancel, name="cancel_supply"),
]
