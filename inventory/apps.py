from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "inventory"

    def ready(self) -> None:
        from inventory import imports, vocabulary  # noqa: F401 - imports registers its job

        vocabulary.offer_codes()
