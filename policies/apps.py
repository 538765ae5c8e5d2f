from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "policies"

    def ready(self) -> None:
        # The job's runner registers itself.
        from policies import backtesting  # noqa: F401
