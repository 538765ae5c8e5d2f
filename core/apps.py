from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core import (
            event_laws,  # noqa: F401 - states its laws by being imported
            timestamps,
        )
        from core.migrating import lift_limits, restore_limits

        pre_migrate.connect(lift_limits, sender=self)
        post_migrate.connect(restore_limits, sender=self)
        timestamps.listen()
        autodiscover_modules("laws")
