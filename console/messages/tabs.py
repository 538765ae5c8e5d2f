"""The two lists about messages."""

from __future__ import annotations

from django.urls import reverse

from console.components import Tab


def draw_tabs(current: str) -> list[Tab]:
    return [
        Tab(label=label, url=reverse(f"console:{view}"), is_current=view == current)
        for view, label in (("messages", "Messages"), ("suppressed", "Not written to"))
    ]
