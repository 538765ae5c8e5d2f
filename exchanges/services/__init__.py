"""Every change of an exchange, one public command each; what follows by itself is in `following`.

Each command takes the case's `version` as its screen saw it and raises it by one.
"""

from exchanges.rules import WantedReplacement
from exchanges.services.adjusting import adjust_quote
from exchanges.services.assent import ask_approval, follow_decision
from exchanges.services.charging import collect_due, end_grace_of_payment, send_payment_link
from exchanges.services.choosing import take_option
from exchanges.services.collecting import collect_payment, follow_money
from exchanges.services.ending import cancel_exchange, convert_to_refund
from exchanges.services.following import (
    follow_accepted_goods,
    follow_authorisation,
    follow_ended_return,
    follow_refused_goods,
    follow_settled_memo,
    follow_woken_line,
    note_ended_hold,
)
from exchanges.services.holding import extend_hold, hold_again, release_hold
from exchanges.services.opening import open_exchange_case, open_exchange_instead
from exchanges.services.owing import follow_charge
from exchanges.services.parcels import (
    follow_delivered_parcel,
    follow_shipped_parcel,
    follow_short_pick,
)
from exchanges.services.paying_out import follow_credit
from exchanges.services.putting_off import end_backorder, follow_moved_supply
from exchanges.services.quoting import accept_quote, end_quote, quote_exchange
from exchanges.services.refusing import decide_refused_goods, follow_refused_decision
from exchanges.services.releasing import drop_rest, release_replacement
from exchanges.services.reminding import remind_of_visit
from exchanges.services.selling import convert_to_sale
from exchanges.services.sending import confirm_delivery, ship_replacement
from exchanges.services.substituting import substitute_replacement
from exchanges.services.visits import arrange_visit, begin_visit, dispatch_visit, report_visit
from exchanges.services.wishing import follow_wish, note_second_wish, take_second_wish

__all__ = [
    "WantedReplacement",
    "accept_quote",
    "adjust_quote",
    "arrange_visit",
    "ask_approval",
    "begin_visit",
    "cancel_exchange",
    "collect_due",
    "collect_payment",
    "confirm_delivery",
    "convert_to_refund",
    "convert_to_sale",
    "decide_refused_goods",
    "dispatch_visit",
    "drop_rest",
    "end_backorder",
    "end_grace_of_payment",
    "end_quote",
    "extend_hold",
    "follow_accepted_goods",
    "follow_authorisation",
    "follow_charge",
    "follow_credit",
    "follow_decision",
    "follow_delivered_parcel",
    "follow_ended_return",
    "follow_money",
    "follow_moved_supply",
    "follow_refused_decision",
    "follow_refused_goods",
    "follow_settled_memo",
    "follow_shipped_parcel",
    "follow_short_pick",
    "follow_wish",
    "follow_woken_line",
    "hold_again",
    "note_ended_hold",
    "note_second_wish",
    "open_exchange_case",
    "open_exchange_instead",
    "quote_exchange",
    "release_hold",
    "release_replacement",
    "remind_of_visit",
    "report_visit",
    "send_payment_link",
    "ship_replacement",
    "substitute_replacement",
    "take_option",
    "take_second_wish",
]
