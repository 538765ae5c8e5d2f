from django.urls import path

from console.messages import acting, suppressed, views

urlpatterns = [
    path("dev/messages/", views.messages, name="messages"),
    path("dev/messages/<str:public_id>/", views.message, name="message"),
    path("dev/messages/<str:public_id>/mail/", views.as_mail, name="message_mail"),
    path("dev/messages/<str:public_id>/call-off/", acting.call_off, name="call_off"),
    path("dev/messages/<str:public_id>/stop/", acting.stop_writing, name="stop_writing"),
    path("suppressed/", suppressed.suppressed, name="suppressed"),
    path("suppressed/<int:pk>/lift/", suppressed.lift, name="lift_suppression"),
]
