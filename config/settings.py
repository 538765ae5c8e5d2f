"""Every setting, from the environment; those of mail and text messages are in `messaging`.

The defaults are those of a desk in production: a name missing from the environment stops the
start with that name, and whatever makes the desk less safe has to be asked for. `make run`,
`make test` and `SWAPDESK_BUILD` ask for it; docs/operators.md lists every variable.
"""

from pathlib import Path
from typing import Any

import structlog
from csp.constants import NONE, SELF
from environs import Env

env = Env()

BASE_DIR = Path(__file__).resolve().parent.parent

# A build (static files, checks, migrations written) has neither servers nor secrets.
BUILD = env.bool("SWAPDESK_BUILD", default=False)
# Said by the launcher when it runs its own database for someone who is trying the desk out.
FIRST_RUN = env.bool("SWAPDESK_FIRST_RUN", default=False)


def _required(name: str, *, in_a_build: str) -> str:
    value: str = env.str(name, default=in_a_build) if BUILD else env.str(name)
    return value


# --- secrets and addresses ------------------------------------------------------------------
SECRET_KEY = _required("SECRET_KEY", in_a_build="only-a-build-" + "x" * 50)
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
# 32 bytes, URL-safe base64. Wraps the key of every encrypted document.
DATA_KEY = _required("SWAPDESK_DATA_KEY", in_a_build="A" * 43 + "=")
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# How customers reach the desk: “https://desk.shop.example”. Blank: letters have no links.
PUBLIC_ADDRESS: str = env.str("PUBLIC_ADDRESS", default="")
DATA_DIR = Path(env.str("SWAPDESK_HOME", default=str(BASE_DIR / ".local"))).absolute()

# --- transport --------------------------------------------------------------------------------
PLAIN_HTTP = env.bool("PLAIN_HTTP", default=False)
SECURE_SSL_REDIRECT = not PLAIN_HTTP
SESSION_COOKIE_SECURE = not PLAIN_HTTP
CSRF_COOKIE_SECURE = not PLAIN_HTTP
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else env.int("HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=True)
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = env.int("SESSION_SECONDS", default=12 * 3600)
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
# Only behind a proxy that sets the header itself: otherwise anyone may claim to be on HTTPS.
if env.bool("TRUST_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Two copies on one machine share the host name, and cookies know no ports.
_COOKIE_PREFIX = env.str("COOKIE_PREFIX", default="")
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}csrftoken"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- the apps ---------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "anymail",
    "csp",
    "django_htmx",
    "django_structlog",
    "rest_framework",
    "simple_history",
    "template_partials",
    "core",
    "approvals",
    "policies",
    "notifications",
    "inventory",
    "orders",
    "payments",
    "fulfilment",
    "returns",
    "exchanges",
    "intake",
    "console",
    "portal",
    "api",
    "demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "config.logs.RequestLogMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "console.shell.desk",
            ],
        },
    }
]

# --- database ---------------------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.dj_db_url("DATABASE_URL", default="postgresql:///swapdesk")
    if BUILD
    else env.dj_db_url("DATABASE_URL")
}
DATABASES["default"] |= {
    "ATOMIC_REQUESTS": False,  # a service opens its own transaction and says so
    "CONN_MAX_AGE": env.int("DATABASE_CONNECTION_SECONDS", default=60),
    "CONN_HEALTH_CHECKS": True,
}
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"].get("OPTIONS", {}),
    # Measured: a third faster under load than binding in the client.
    "server_side_binding": True,
    "prepare_threshold": 5,
    # Nothing may hold a row for long: a stuck client is cut off, a waiting one is told.
    "options": (
        "-c statement_timeout=15s -c lock_timeout=3s -c idle_in_transaction_session_timeout=10s"
    ),
}

# --- people -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "core.sign_in.InvitedPeopleOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Accounts are made by an admin, who answers for the address.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# How long a sign-in or a second factor counts as fresh for money and approvals, in seconds.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

# --- language, time, static files -------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# From a checkout nothing is collected: the files are served where they lie.
STATIC_FROM_SOURCE = env.bool("STATIC_FROM_SOURCE", default=FIRST_RUN)
STATIC_ROOT = (
    None
    if STATIC_FROM_SOURCE
    else Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
)
WHITENOISE_USE_FINDERS = STATIC_FROM_SOURCE
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files"},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if STATIC_FROM_SOURCE
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Photos of customers, encrypted. Outside of everything that is served.
PRIVATE_FILES = Path(env.str("PRIVATE_FILES", default=str(DATA_DIR / "private"))).absolute()
CACHES = {"default": env.dj_cache_url("CACHE_URL", default="locmem://")}

# --- mail and text messages: config/messaging.py ------------------------------------------------
from config.messaging import *  # noqa: E402, F403

# --- warehouses -------------------------------------------------------------------------------

# A desk that is tried out talks to a simulated warehouse on its own machine; no other does.
OUTGOING_TO_LOOPBACK = env.bool("OUTGOING_TO_LOOPBACK", default=FIRST_RUN)
INTAKE_BACKFILL_WORKERS = env.int("INTAKE_BACKFILL_WORKERS", default=2)  # at one file at once
INTAKE_MOST_WAITING = env.int("INTAKE_MOST_WAITING", default=50_000)  # beyond it webhooks get 429
# Said by the launcher, which runs the simulator: where it listens, and what both sign with.
SOURCE_SIMULATOR_URL = env.str("SOURCE_SIMULATOR_URL", default="")
WAREHOUSE_SIMULATOR_URL = env.str("WAREHOUSE_SIMULATOR_URL", default="")
WAREHOUSE_SIMULATOR_SECRET = env.str("WAREHOUSE_SIMULATOR_SECRET", default="")

# --- money ------------------------------------------------------------------------------------

# Said by the launcher, which runs the sandbox provider.
PAYMENT_SANDBOX_URL = env.str("PAYMENT_SANDBOX_URL", default="")
PAYMENT_SANDBOX_SECRET = env.str("PAYMENT_SANDBOX_SECRET", default="")
# Where a customer is sent back to from the provider's page.
PAYMENT_RETURN_URL = env.str("PAYMENT_RETURN_URL", default="")
# A planned refund waits so long before it is sent, and can be called off until then.
REFUND_UNDO_SECONDS = env.int("REFUND_UNDO_SECONDS", default=600)

# --- Celery: wakes work up; the rows in PostgreSQL are the record -------------------------------

CELERY_BROKER_URL = _required("BROKER_URL", in_a_build="memory://")
CELERY_TIMEZONE = "UTC"
# A result backend would block a publish for 19 s while the broker is away.
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
# Late acks look safer, but Celery 5.7.0 dies when a task ends while the broker is away. A task
# lost with its worker is found again by the next sweep.
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 60
CELERY_TASK_SOFT_TIME_LIMIT = 45
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 10,
    "socket_connect_timeout": 3,
    "socket_keepalive": not CELERY_BROKER_URL.startswith("redis+socket"),
    "health_check_interval": 10,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# A request never waits for the broker: the wake-up is a courtesy, the sweep is the promise.
CELERY_TASK_PUBLISH_RETRY = False
# Seconds a running task gets to end before its worker goes. An idle worker goes at once.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = env.int("WORKER_GRACE_SECONDS", default=20)
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 300_000  # KiB
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_SEND_TASK_EVENTS = False
# name: {"task": dotted name, "schedule": seconds}. Every entry is a sweep that may run twice.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "deliver events": {"task": "core.deliver_events", "schedule": 5},
    "expire approvals": {"task": "approvals.expire_due", "schedule": 60},
    "seal events": {"task": "core.seal_events", "schedule": 2},
    "seal all": {"task": "core.seal_events", "schedule": 3600, "kwargs": {"everything": True}},
    "run waiting jobs": {"task": "core.run_waiting_jobs", "schedule": 30},
    "send messages": {"task": "notifications.send_messages", "schedule": 5},
    "feed webhooks": {"task": "api.feed_webhooks", "schedule": 3},
    "follow promises": {"task": "notifications.follow_promises", "schedule": 600},
    "send webhooks": {"task": "notifications.send_webhooks", "schedule": 5},
    "expire holds": {"task": "inventory.expire_holds", "schedule": 15},
    "serve waiting sales": {"task": "orders.serve_waiting_sales", "schedule": 60},
    "settle documents": {"task": "intake.settle_documents", "schedule": 15},
    "poll sources": {"task": "intake.poll_sources", "schedule": 30},
    "follow up on documents": {"task": "intake.follow_up", "schedule": 15},
    "send to warehouses": {"task": "fulfilment.send_messages", "schedule": 5},
    "settle warehouse reports": {"task": "fulfilment.settle_reports", "schedule": 5},
    "carry out money": {"task": "payments.carry_out", "schedule": 5},
    "settle provider notices": {"task": "payments.settle_notices", "schedule": 5},
    "remind of payments": {"task": "payments.remind", "schedule": 120},
    "follow obligations": {"task": "payments.follow_obligations", "schedule": 900},
    "reconcile payments": {"task": "payments.reconcile", "schedule": 86_400},
    "end back-orders": {"task": "exchanges.end_backorders", "schedule": 3600},
    "follow second wishes": {"task": "exchanges.follow_wishes", "schedule": 60},
    "remind of visits": {"task": "exchanges.remind_of_visits", "schedule": 600},
    "end quotes": {"task": "exchanges.end_quotes", "schedule": 60},
    "forget saved answers": {"task": "api.forget_answers", "schedule": 600},
    "forget requests": {"task": "api.forget_requests", "schedule": 60},
    "remind of last days": {"task": "returns.remind", "schedule": 3600},
    "expire returns": {"task": "returns.expire_overdue", "schedule": 900},
    # Once a day each partner, whichever of these finds the day still undone.
    "look for defects": {"task": "returns.look_for_defects", "schedule": 21_600},
    "sweep evidence": {"task": "returns.sweep_evidence", "schedule": 3600},
    "watch policies": {"task": "policies.watch_published", "schedule": 86_400},
}
# A tick that no worker took before the next one is due does not pile up behind it.
for _entry in CELERY_BEAT_SCHEDULE.values():
    _entry["options"] = {"expires": _entry["schedule"]}

# --- API --------------------------------------------------------------------------------------
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.bodies.StrictJSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.authentication.BearerKey"],
    # A view that names no scope is closed to everyone.
    "DEFAULT_PERMISSION_CLASSES": ["api.permissions.HasScope"],
    "EXCEPTION_HANDLER": "api.problems.answer_to",
    "URL_FORMAT_OVERRIDE": None,
}
API_REQUEST_LOG_DAYS = env.int("API_REQUEST_LOG_DAYS", default=30)
FILE_UPLOAD_HANDLERS = [
    "core.uploads.BoundedUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# --- logs: facts and ids, never a person ------------------------------------------------------
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_CELERY_ENABLED = False
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
_shared_processors: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
            "foreign_pre_chain": _shared_processors,
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # Addresses of missing pages may hold what someone typed into a search field.
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": ["stderr"], "level": LOG_LEVEL, "propagate": False},
    },
}
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_shared_processors,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
