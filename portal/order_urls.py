"""A customer's order. What a link carries is never logged: see `config.logs`."""

from django.urls import path

from portal import following, lookup, starting, visits

app_name = "mine"
urlpatterns = [
    path("", lookup.find, name="find"),
    path("link/", lookup.send_link, name="send_link"),
    path("open/", lookup.open_order, name="open"),
    path("language/", visits.choose_language, name="language"),
    path("enter/<str:token>/", lookup.enter, name="enter"),
    path("order/", following.order, name="order"),
    path("order/new/", starting.start, name="start"),
    path("cases/<slug:number>/", following.case, name="case"),
    path("cases/<slug:number>/photos/", following.send_photos, name="send_photos"),
    path("cases/<slug:number>/sent/", following.say_sent, name="say_sent"),
    path("cases/<slug:number>/cancel/", following.cancel, name="cancel"),
    path("cases/<slug:number>/rating/", following.rate, name="rate"),
    path("cases/<slug:number>/pay/", following.pay, name="pay"),
]
