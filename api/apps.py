from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "api"

    def ready(self) -> None:
        from api.bulk import carrying_out  # noqa: F401  registers its runner
        from api.webhooks.kinds import PUBLISHED
        from notifications.published import publish

        publish(PUBLISHED.values())
