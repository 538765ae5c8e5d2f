"""The kinds of messages about exchanges, and what each may name."""

from __future__ import annotations

from notifications.kinds import MessageKind
from notifications.states import Audience, Medium

SAMPLES = {
    "customer_name": "Ana Kovačević",
    "shop_name": "Harbour & Pine",
    "case_number": "RMA-7K2MH-0419K-5",
    "exchange_number": "EXC-4T9QX-2207M-W",
    "order_number": "SHP-1042",
    "items_back": "1 × Trail shoe, blue 42",
    "items_out": "1 × Trail shoe, red 43",
    "items_wished": "1 × Trail shoe, green 43",
    "hold_number": "HLD-0M3VC-81X2R-K",
    "due_text": "€12.60",
    "send_back_by": "20 Nov 2026",
    "arrives_on": "9 Nov 2026",
    "promised_on": "6 Nov 2026",
    "label_link": "https://desk.example/papers/x/label.pdf",
    "slip_link": "https://desk.example/papers/x/slip.pdf",
    "code_link": "https://desk.example/papers/x/code.pdf",
    "carrier": "DHL",
    "tracking_number": "00340434161094021501",
    "pages": "https://desk.example/my/",
    "reasons": "",
    "visit_day": "12 Nov 2026",
    "visit_slot": "08-12",
}
_EMAIL, _SMS = Medium.EMAIL, Medium.SMS


def _to_customer(
    name: str,
    title: str,
    when: str,
    *because: str,
    media: tuple[Medium, ...] = (_EMAIL,),
    falls_back: Medium | None = _SMS,
    is_urgent: bool = False,
    is_optional: bool = False,
) -> MessageKind:
    return MessageKind(
        name=name,
        title=title,
        when=when,
        to=Audience.CUSTOMER,
        because=because,
        names=SAMPLES,
        media=media,
        falls_back=falls_back,
        is_urgent=is_urgent,
        is_optional=is_optional,
    )


def _to_staff(
    name: str,
    title: str,
    when: str,
    *because: str,
    to: Audience = Audience.AGENT,
    is_optional: bool = True,
) -> MessageKind:
    return MessageKind(
        name=name,
        title=title,
        when=when,
        to=to,
        because=because,
        names=SAMPLES,
        is_optional=is_optional,
    )


KINDS = (
    _to_customer(
        "exchange_confirmed",
        "Exchange confirmed",
        "an exchange is agreed: numbers, dates, papers, expected delivery",
        "exchange.accepted",
    ),
    _to_customer(
        "exchange_backordered",
        "Exchange confirmed, goods expected",
        "an exchange is agreed whose goods are not there yet: the day on which they can be",
        "exchange.accepted",
    ),
    _to_customer(
        "exchange_shipped",
        "Replacement on its way",
        "a parcel left: its tracking number and expected delivery",
        "exchange.shipped",
        media=(_EMAIL, _SMS),
        falls_back=None,
    ),
    _to_customer(
        "exchange_changed",
        "Exchange changed",
        "something else goes out than was agreed",
        "exchange.substituted",
        falls_back=None,
    ),
    _to_customer(
        "second_wish_taken",
        "Second wish goes out",
        "the first choice ran out, so the second one goes out as the customer wished",
        "exchange.substituted",
        falls_back=None,
    ),
    _to_customer(
        "second_wish_asked",
        "Second wish costs more",
        "the first choice ran out and the second costs more than was agreed: a yes is asked for",
        "exchange.second_wish_asked",
    ),
    _to_customer(
        "promise_moved",
        "Later than we said",
        "a day that was told cannot be kept: the new one, before it is asked for",
        "exchange.promise_broken",
        media=(_EMAIL, _SMS),
        falls_back=None,
    ),
    _to_customer(
        "promise_broken",
        "Not there on the day we said",
        "the day that was told is over and nothing was delivered",
        "promise.broken",
        media=(_EMAIL, _SMS),
        falls_back=None,
    ),
    _to_customer(
        "exchange_completed",
        "Exchange completed",
        "both sides of an exchange are settled",
        "exchange.completed",
        falls_back=None,
        is_optional=True,
    ),
    _to_customer(
        "exchange_cancelled",
        "Exchange cancelled",
        "an exchange was cancelled, or its goods never came",
        "exchange.cancelled",
        "exchange.expired",
    ),
    _to_customer(
        "converted_to_refund",
        "Exchange becomes a refund",
        "the customer gets money instead of a replacement",
        "exchange.converted_to_refund",
    ),
    _to_customer(
        "converted_to_credit",
        "Exchange becomes store credit",
        "the customer gets credit for a later order instead of a replacement",
        "exchange.converted_to_refund",
        falls_back=None,
    ),
    _to_customer(
        "visit_arranged",
        "Appointment made",
        "a crew comes to fetch, bring and install: day and time",
        "exchange.visit_arranged",
        is_urgent=True,
    ),
    _to_customer(
        "visit_moved",
        "Appointment moved",
        "the crew comes at another time",
        "exchange.visit_moved",
        media=(_EMAIL, _SMS),
        falls_back=None,
        is_urgent=True,
    ),
    _to_customer(
        "visit_reminder",
        "Appointment tomorrow",
        "the crew comes within a day, and this was not told within the day",
        "exchange.visit_near",
        media=(_EMAIL, _SMS),
        falls_back=None,
        is_urgent=True,
    ),
    _to_customer(
        "visit_failed",
        "Visit failed",
        "not everything could be done at the customer's; another visit follows, free of charge",
        "exchange.visit_failed",
        falls_back=None,
    ),
    _to_staff(
        "hold_expired",
        "A hold ended",
        "stock held for an exchange is free again",
        "exchange.hold_ended",
    ),
    _to_staff(
        "hold_released",
        "A hold was given back",
        "somebody gave held stock back by hand",
        "exchange.hold_released",
    ),
    _to_staff(
        "stock_free",
        "Stock came for a waiting exchange",
        "what an exchange waits for is there",
        "exchange.stock_free",
    ),
    _to_staff(
        "held_from_queue",
        "Stock was held again",
        "an exchange that waited got its stock",
        "exchange.held_again",
    ),
    _to_staff(
        "short_picked",
        "The warehouse found less",
        "fewer units were on the shelf than were held",
        "exchange.short_picked",
        is_optional=False,
    ),
    _to_staff(
        "approval_wanted",
        "An approval is wanted",
        "a quote waits for a second person; not to whoever asked",
        "approval.asked",
        to=Audience.LEAD,
        is_optional=False,
    ),
    _to_staff(
        "approval_given",
        "An approval was given",
        "a second person said yes; to whoever asked",
        "approval.approved",
    ),
    _to_staff(
        "approval_denied",
        "An approval was denied",
        "a second person said no; to whoever asked",
        "approval.rejected",
    ),
)
