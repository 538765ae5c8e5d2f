"""A customer's order. What a link carries is never logged: see `config.logs`."""

from django.urls import path

from portal import following, leaving, lookup, starting, visits

app_name = "mine"
urlpatterns = [
    path("", lookup.find, name="find"),
    path("link/", lookup.send_link, name="send_link"),
    path("open/", lookup.open_order, name="open"),
    path("language/", visits.choose_language, name="language"),
    path("enter/<str:token>/", lookup.enter, name="enter"),
    path("not-me/", lookup.not_me, name="not_me"),
    path("order/other/", leaving.go_to_other, name="other"),
    path("order/letters/", leaving.choose, name="letters"),
    path("order/close/", leaving.close_links, name="close_links"),
    path("order/", following.order, name="order"),
    path("order/new/", starting.start, name="start"),
    path("cases/<slug:number>/", following.case, name="case"),
    path("cases/<slug:number>/photos/", following.send_photos, name="send_photos"),
    path("cases/<slug:number>/sent/", following.say_sent, name="say_sent"),
    path("cases/<slug:number>/cancel/", following.cancel, name="cancel"),
    path("cases/<slug:number>/wish/", following.wish, name="wish"),
    path("cases/<slug:number>/rating/", following.rate, name="rate"),
    path("cases/<slug:number>/pay/", following.pay, name="pay"),
]
