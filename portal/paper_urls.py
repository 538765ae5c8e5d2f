"""Papers by the link in a letter. What a link carries is never logged: see `config.logs`."""

from django.urls import path

from portal import papers

app_name = "papers"
urlpatterns = [path("<str:token>/<slug:name>.pdf", papers.paper, name="paper")]
