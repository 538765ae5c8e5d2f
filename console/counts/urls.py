from django.urls import path

from console.counts import counting, views

urlpatterns = [
    path("counts/", views.counts, name="counts"),
    path("counts/in/<slug:tab>/", views.counts, name="counts_tab"),
    path("counts/new/", views.begin, name="new_count"),
    path("counts/<str:number>/", counting.count, name="count"),
    path("counts/<str:number>/close/", counting.close, name="count_close"),
    path("counts/<str:number>/cancel/", counting.cancel, name="count_cancel"),
]
