from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self) -> None:
        from orders import vocabulary
        from orders.subscribers import subscribe_all

        vocabulary.offer_codes()
        subscribe_all()
