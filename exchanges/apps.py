from django.apps import AppConfig


class ExchangesConfig(AppConfig):
    name = "exchanges"

    def ready(self) -> None:
        from exchanges.subscribers import subscribe_all

        subscribe_all()
