"""What customers are told about a return: which letter, in whose language, with what.

Letters lie in ``templates/emails``; what they may name is the flat context made here.
"""

from __future__ import annotations

import datetime as dt

from core.actors import Actor
from core.events import reference
from core.formats import format_date
from core.kept import KeptQuery
from core.models import Event
from core.transactions import requires_transaction
from notifications import services as notifications
from orders.queries import get_addressee
from policies import queries as policies
from returns import links
from returns.models import CaseNote, Return, ReturnLine
from returns.queries import list_lines_of_letter
from returns.states import LineDecision, Outcome

POSTMAN = Actor.system("return-messages")
LETTERS = {
    "return.authorised": "return_authorised",
    "return.rejected": "return_rejected",
    "return.review_wanted": "return_in_review",
    "return.goods_received": "goods_received",
    "return.goods_refused": "goods_refused",
    "return.goods_waived": "goods_kept",
    "return.cancelled": "return_ended",
    "return.expired": "return_ended",
    "return.send_back_due": "send_back_reminder",
}
NAME_LAST_DAY = {"return.authorised", "return.send_back_due"}
# Where there is an exchange, its own letter says the same.
SAID_BY_EXCHANGE = {"return.authorised", "return.cancelled", "return.expired"}


@requires_transaction
def write_to_customer(*, event: Event, now: dt.datetime) -> None:
    """Queue the letter that belongs to an event of a return.

    Where goods are to be exchanged, the letter that confirms the exchange says how to send them
    back; a second one would only confuse.
    """
    case = _get_case(event)
    lines = _list_lines(case, event)
    has_exchange = any(line.outcome == Outcome.EXCHANGE for line in lines)
    if has_exchange and event.kind in SAID_BY_EXCHANGE:
        return
    locale = case.locale
    notifications.write(
        partner_id=event.partner_id,
        case=event.case,
        kind=LETTERS[event.kind],
        event=event,
        to=get_addressee(case.customer),
        context=describe(case, lines, event=event, locale=locale),
        actor=POSTMAN,
        now=now,
        promises=_list_days(case, event),
    )


def _list_days(case: Return, event: Event) -> list[notifications.Said]:
    """The day until which they may send the goods, where the letter names it."""
    if case.send_back_by is None or event.kind not in NAME_LAST_DAY:
        return []
    return [notifications.Said(about=reference(case), what="send_back_by", on=case.send_back_by)]


def describe(case: Return, lines: list[ReturnLine], *, event: Event, locale: str) -> dict[str, str]:
    """Every name that a letter about a return may use; blank where there is nothing to say."""
    why = _say_why(event, lines, locale) if event.kind == "return.rejected" else ""
    return {**describe_case(case, lines, locale), "reasons": why}


def describe_case(case: Return, lines: list[ReturnLine], locale: str) -> dict[str, str]:
    """What a case is, whatever has happened to it."""
    numbers = {line.order_line.order.number: None for line in lines}
    return {
        "customer_name": case.customer.name,
        "shop_name": case.channel.name,
        "case_number": case.number,
        "order_number": ", ".join(numbers),
        "items_back": "\n".join(f"{line.quantity} × {line.order_line.title}" for line in lines),
        "send_back_by": format_date(case.send_back_by, locale) if case.send_back_by else "",
        **{f"{paper}_link": link for paper, link in links.make_links(case).items()},
        "reasons": "",
    }


def _say_why(event: Event, lines: list[ReturnLine], locale: str) -> str:
    """What a person wrote down, else what the policy decided, as customers may read it."""
    note = CaseNote.objects.filter(pk=event.data.get("note")).first()
    if note:
        return str(note.text)
    subjects = [reference(line) for line in lines]
    decisions = policies.list_decisions(subjects)
    # The letter has said already that it cannot be taken back.
    said = [policies.for_customer(each, locale=locale) for each in decisions]
    why = dict.fromkeys(sentence for sentences in said for sentence in sentences[1:])
    return " ".join(why or dict.fromkeys(each[0] for each in said))


_CASE: KeptQuery[Return] = KeptQuery(
    lambda pk: Return.objects.filter(pk=pk).select_related("customer__channel", "channel")
)


def _get_case(event: Event) -> Return:
    return _CASE.get(int(event.subject.removeprefix("return:")))


def _list_lines(case: Return, event: Event) -> list[ReturnLine]:
    """The lines the letter is about: those that may come, or all of a case turned down."""
    lines = list_lines_of_letter(case)
    if event.kind == "return.authorised":
        return [line for line in lines if line.decision != LineDecision.REJECTED]
    return lines
