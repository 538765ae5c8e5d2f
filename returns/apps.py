from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "returns"

    def ready(self) -> None:
        # The job's runner registers itself.
        from returns import defect_notices, vocabulary  # noqa: F401
        from returns.subscribers import subscribe_all

        vocabulary.offer_codes()
        subscribe_all()
