"""A message as an e-mail: plain text, and the same laid out for programs that show more."""

from __future__ import annotations

from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from core.formats import language_of
from notifications.kinds import find_kind
from notifications.models import Message
from notifications.queries import RenderedMessage
from notifications.rules import is_link
from notifications.words import FOOTER, words_for

OUR_ID = "swapdesk_message"
SALT = "notifications.unsubscribe"


def write_mail(message: Message, rendered: RenderedMessage) -> EmailMultiAlternatives:
    """The whole mail, with headers. Its Message-ID is the message's own, however often it goes."""
    _, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    domain = address.partition("@")[2] or "localhost"
    mail = EmailMultiAlternatives(
        subject=rendered.subject,
        body=_with_footer(message, rendered),
        from_email=formataddr((message.partner.name, address)),
        to=[rendered.to],
        headers={
            "Message-ID": f"<{message.public_id}@{domain}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.locale,
            **_unsubscribe_headers(message),
            # Postmark puts a Message-ID of its own in place of ours unless it is told not to.
            **({"X-PM-KeepID": "true"} if settings.EMAIL_PROVIDER == "postmark" else {}),
        },
    )
    mail.attach_alternative(write_html(message, rendered), "text/html")
    # Providers say it again in their callbacks, those about a try whose answer was lost too.
    mail.metadata = {OUR_ID: message.public_id}  # type: ignore[attr-defined]
    return mail


def write_html(message: Message, rendered: RenderedMessage) -> str:
    """The page that mail programs show. Every value in it is escaped by the template."""
    words = words_for(message.locale)
    context = {
        "language": language_of(message.locale),
        "subject": rendered.subject,
        "parts": [_draw(part) for part in rendered.parts],
        "body": rendered.body,
        "shop": message.partner.name,
        "words": words,
        "footer": _say_why(message),
        "unsubscribe": unsubscribe_link(message),
    }
    return render_to_string("emails/letter.html", context)


def _draw(part: dict[str, list[list[str]]]) -> dict[str, object]:
    items = [
        {"label": label, "value": value, "is_link": is_link(value)}
        for label, value in part["items"]
    ]
    return {"kind": part["kind"], "items": items}


def unsubscribe_link(message: Message) -> str:
    """Where a person ends messages of this sort; blank for what cannot be opted out of."""
    kind = find_kind(message.template)
    address = settings.PUBLIC_ADDRESS.rstrip("/")
    if not (kind and kind.is_optional and kind.is_to_customer and address):
        return ""
    return f"{address}/messages/unsubscribe/{signing.Signer(salt=SALT).sign(message.public_id)}/"


def read_unsubscribe_token(token: str) -> str | None:
    """The public id of the message the link stood in. It does not end: a wish does not either."""
    try:
        public_id: str = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    return public_id


def _unsubscribe_headers(message: Message) -> dict[str, str]:
    """One click, by RFC 8058. Only where opting out is possible: elsewhere it would be a lie."""
    link = unsubscribe_link(message)
    if not link:
        return {}
    return {
        "List-Unsubscribe": f"<{link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _say_why(message: Message) -> str:
    """Why they get this, at its end."""
    kind = find_kind(message.template)
    if kind is None or not kind.is_to_customer:
        return ""
    words = words_for(message.locale)
    return words[FOOTER.OPTIONAL if kind.is_optional else FOOTER.BELONGS]


def _with_footer(message: Message, rendered: RenderedMessage) -> str:
    lines = [line for line in (_say_why(message), unsubscribe_link(message)) if line]
    return rendered.body + ("\n-- \n" + "\n".join(lines) + "\n" if lines else "")
