from django.urls import path

from console.case import links, views
from console.case.commands import COMMANDS

urlpatterns = [
    path("cases/<case_number:number>/", views.case, name="case"),
    path("cases/<case_number:number>/pulse/", views.pulse, name="case_pulse"),
    path("cases/<case_number:number>/close-links/", links.close_links, name="case_close_links"),
    *(
        path(
            f"cases/<case_number:number>/{command.code}/",
            views.COMMAND_VIEWS[command.code],
            name=command.url_name,
        )
        for command in COMMANDS
    ),
]
