from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "returns"

    def ready(self) -> None:
        from returns import vocabulary
        from returns.subscribers import subscribe_all

        vocabulary.offer_codes()
        subscribe_all()
