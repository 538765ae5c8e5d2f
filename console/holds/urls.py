from django.urls import path

from console.holds import views
from console.holds.commands import URL_NAMES

SEGMENT = {"hold-extension": "extension", "hold-release": "release", "hold": "again"}

urlpatterns = [
    path("reservations/", views.holds, name="holds"),
    path("reservations/<hold_number:number>/", views.hold, name="hold"),
    *(
        path(
            f"reservations/<hold_number:number>/{SEGMENT[code]}/",
            views.COMMAND_VIEWS[code],
            name=name,
        )
        for code, name in URL_NAMES.items()
    ),
    path("reservations/<slug:tab>/", views.holds, name="holds_tab"),
]
