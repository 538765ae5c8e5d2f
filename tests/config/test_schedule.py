from __future__ import annotations

from django.conf import settings

from config.celery import app


class TestSchedule:
    def test_names_tasks_that_exist(self) -> None:
        app.loader.import_default_modules()
        named = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
        assert named <= set(app.tasks)

    def test_lets_no_tick_pile_up(self) -> None:
        for entry in settings.CELERY_BEAT_SCHEDULE.values():
            assert entry["options"]["expires"] <= entry["schedule"]
