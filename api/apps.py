from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "api"

    def ready(self) -> None:
        from api.webhooks.kinds import PUBLISHED
        from notifications.published import publish

        publish(PUBLISHED.values())
