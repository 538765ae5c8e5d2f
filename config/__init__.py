"""Where the parts are put together: settings, addresses, servers.

`@shared_task` binds to the Celery app of the process that imports it, so the app has to exist in
the web server and in `manage.py` too, not in the worker alone.
"""

from config.celery import app as celery_app

__all__ = ["celery_app"]
