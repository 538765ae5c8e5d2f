"""The settings of mail and text messages, a part of `config.settings`."""

import warnings
from typing import Any

from environs import Env

_env = Env()
_first_run = _env.bool("SWAPDESK_FIRST_RUN", default=False)

DEFAULT_FROM_EMAIL = _env.str("DEFAULT_FROM_EMAIL", default="Swapdesk <desk@localhost>")
# On a first run mail is read at /dev/messages and leaves the machine nowhere.
_email = _env.dj_email_url("EMAIL_URL", default="dummy://" if _first_run else "smtp://localhost:25")
EMAIL_BACKEND = (
    "notifications.backends.KeptOnTheDesk"
    if _email["EMAIL_BACKEND"].endswith("dummy.EmailBackend")
    else _email["EMAIL_BACKEND"]
)
EMAIL_HOST = _email["EMAIL_HOST"]
EMAIL_PORT = _email["EMAIL_PORT"]
EMAIL_HOST_USER = _email["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _email["EMAIL_USE_TLS"]
EMAIL_USE_SSL = _email["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 10
# “smtp” by EMAIL_URL, or one of these by Anymail, each with its own key.
_ANYMAIL = {"ses": "amazon_ses", "sendgrid": "sendgrid", "postmark": "postmark"}
EMAIL_PROVIDER = _env.str("EMAIL_PROVIDER", default="smtp")
if EMAIL_PROVIDER not in {"smtp", *_ANYMAIL}:
    raise ValueError("EMAIL_PROVIDER is smtp, ses, sendgrid or postmark")
if EMAIL_PROVIDER in _ANYMAIL:
    # SendGrid's backend works and says every time that its makers look after it no longer.
    warnings.filterwarnings("ignore", "django-anymail has dropped official support for SendGrid")
    EMAIL_BACKEND = f"anymail.backends.{_ANYMAIL[EMAIL_PROVIDER]}.EmailBackend"
ANYMAIL: dict[str, Any] = {
    "SENDGRID_API_KEY": _env.str("SENDGRID_API_KEY", default=""),
    "POSTMARK_SERVER_TOKEN": _env.str("POSTMARK_SERVER_TOKEN", default=""),
    # boto3 by itself waits a minute and tries five times: a worker's lease would be over, and the
    # reader might have five letters. The courier tries again, and knows what it does then.
    "AMAZON_SES_CLIENT_PARAMS": {
        "region_name": _env.str("SES_REGION", default="eu-central-1"),
        "config": {
            "connect_timeout": EMAIL_TIMEOUT,
            "read_timeout": EMAIL_TIMEOUT,
            "retries": {"total_max_attempts": 1},
        },
    },
    "REQUESTS_TIMEOUT": EMAIL_TIMEOUT,
}
# Between the event and its message: long enough to say “not that one”.
MESSAGE_UNDO_SECONDS = _env.int("MESSAGE_UNDO_SECONDS", default=30)
# By the clock of whoever gets a text; blank: none. Urgent ones keep none.
QUIET_HOURS = _env.str("QUIET_HOURS", default="21:00-08:00")

# “twilio”, “kept” (read at /dev/messages, sent nowhere), or blank: the desk sends none.
SMS_PROVIDER = _env.str("SMS_PROVIDER", default="kept" if _first_run else "")
SMS_FROM = _env.str("SMS_FROM", default="")  # a number, a name, or a messaging service (MG…)
TWILIO_ACCOUNT = _env.str("TWILIO_ACCOUNT", default="")
TWILIO_TOKEN = _env.str("TWILIO_TOKEN", default="")
TWILIO_URL = _env.str("TWILIO_URL", default="https://api.twilio.com")
# Where Twilio reports what became of a text: this desk's /webhooks/twilio/<account>/.
TWILIO_CALLBACK = _env.str("TWILIO_CALLBACK", default="")
