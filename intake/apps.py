from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "intake"

    def ready(self) -> None:
        from intake import running  # noqa: F401 - registers the jobs
        from intake.subscribers import subscribe_all

        subscribe_all()
