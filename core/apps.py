from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core import event_laws  # noqa: F401 - states its laws by being imported

        autodiscover_modules("laws")
