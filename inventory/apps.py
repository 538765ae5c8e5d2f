from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "inventory"

    def ready(self) -> None:
        from inventory import imports, vocabulary  # noqa: F401 - imports registers its job
        from inventory.subscribers import subscribe_all

        vocabulary.offer_codes()
        subscribe_all()
