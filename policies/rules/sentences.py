"""Every sentence that an answer can be told in, by its code; `policies.rules.words` fills them."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """``{rule}`` is the rule's reference, ``{late:day}`` a number with its noun."""

    sentence: str
    input: str = ""
    threshold: str = ""


_ASKED = "asked on {asked}"
_UNTIL = "until {last_day}"
_LAW = "by law in {country_name} ({source})"

WORDS: dict[str, Words] = {
    "returnable.yes": Words("Returnable: {because} ({rule}).", "{sku}, {category}", "{lays_down}"),
    "returnable.no": Words(
        "Not returnable: {because} ({rule}).", "{sku}, {category}", "{lays_down}"
    ),
    "returnable.review": Words(
        "A person decides whether it is returnable: {because} ({rule}).",
        "{sku}, {category}",
        "{lays_down}",
    ),
    "returnable.marked": Words(
        "{sku} is marked as not returnable in the catalogue.",
        "{sku}",
        "marked as not returnable",
    ),
    "final_sale.yes": Words(
        "Sold as final, and returnable as we are at fault ({rule}).", "final sale", "{lays_down}"
    ),
    "final_sale.no": Words("Sold as final ({rule}).", "final sale", "{lays_down}"),
    "final_sale.review": Words(
        "Sold as final: a person decides ({rule}).", "final sale", "{lays_down}"
    ),
    "final_sale.law": Words(
        "Sold as final ({rule}), and returnable for {days:day} " + _LAW + ".",
        "final sale",
        "{days:day} of withdrawal",
    ),
    "condition.fits": Words(
        "{condition_name}, which is good enough ({rule}).", "{condition_name}", "{lays_down}"
    ),
    "condition.unknown": Words(
        "Nobody has said in which condition it is: inspection will tell ({rule}).",
        "not said",
        "{lays_down}",
    ),
    "condition.no": Words(
        "{condition_name}, and taken back {at_worst_name} at worst ({rule}).",
        "{condition_name}",
        "{lays_down}",
    ),
    "condition.review": Words(
        "{condition_name}, and taken back {at_worst_name} at worst: a person decides ({rule}).",
        "{condition_name}",
        "{lays_down}",
    ),
    "condition.law": Words(
        "{condition_name}, and taken back {at_worst_name} at worst ({rule}); still returnable for"
        " {days:day} " + _LAW + ".",
        "{condition_name}",
        "{days:day} of withdrawal",
    ),
    "window.open": Words(
        "The {length:day} from {since} end on {last_day} ({rule}).", _ASKED, _UNTIL
    ),
    "window.over": Words(
        "The {length:day} from {since} ended on {last_day} ({rule}).", _ASKED, _UNTIL
    ),
    "window.open.law": Words(
        "{rule_starts} gives {by_rule:day}, and {length} are due " + _LAW + ": from {since} they"
        " end on {last_day}.",
        _ASKED,
        _UNTIL + ", by law",
    ),
    "window.over.law": Words(
        "{rule_starts} gives {by_rule:day}, and {length} are due " + _LAW + ": from {since} they"
        " ended on {last_day}.",
        _ASKED,
        _UNTIL + ", by law",
    ),
    "warranty.inside": Words(
        "The warranty of {length:month} from {since} ends on {last_day} ({rule}).",
        _ASKED,
        _UNTIL,
    ),
    "warranty.inside.law": Words(
        "A warranty of {length:month} is due " + _LAW + ": from {since} it ends on {last_day}.",
        _ASKED,
        _UNTIL + ", by law",
    ),
    "warranty.partial": Words(
        "The warranty of {length:month} from {since} ends on {last_day} and gives {rate_in_words}"
        " of the value ({rule}).",
        _ASKED,
        _UNTIL,
    ),
    "warranty.partial.law": Words(
        "A warranty of {length:month} is due "
        + _LAW
        + ": from {since} it ends on {last_day}; {rule} gives {rate_in_words} of the value.",
        _ASKED,
        _UNTIL + ", by law",
    ),
    "warranty.repair": Words(
        "Under warranty until {last_day}, which gives a repair: anything else is a person's"
        " decision ({rule}).",
        _ASKED,
        "repair " + _UNTIL,
    ),
    "warranty.none": Words(
        "Under warranty until {last_day}, and the rule gives nothing: a person decides ({rule}).",
        _ASKED,
        _UNTIL,
    ),
    "warranty.serial": Words(
        "Under warranty until {last_day}, and the serial number is not of a unit sold with this"
        " order: a person decides ({rule}).",
        "another serial number",
        "a unit of this order",
    ),
    "warranty.over": Words(
        "The warranty of {length:month} from {since} ended on {last_day} ({rule}).",
        _ASKED,
        _UNTIL,
    ),
    "warranty.over.law": Words(
        "A warranty of {length:month} is due " + _LAW + ": from {since} it ended on {last_day}.",
        _ASKED,
        _UNTIL + ", by law",
    ),
    "evidence.enough": Words("What is to be shown is here ({rule}).", "{shown}", "{lays_down}"),
    "evidence.photos": Words(
        "{photos:photo} of {wanted} are here ({rule}).", "{shown}", "{lays_down}"
    ),
    "evidence.serial": Words(
        "The serial number is not known yet ({rule}).", "{shown}", "{lays_down}"
    ),
    "evidence.both": Words(
        "{photos:photo} of {wanted} are here, and the serial number is not known yet ({rule}).",
        "{shown}",
        "{lays_down}",
    ),
    "value.within": Words(
        "Goods of {value} are within {limit} ({rule}).", "{value}", "up to {limit}"
    ),
    "value.above": Words(
        "Goods of {value} need a person's decision ({rule}).", "{value}", "up to {limit}"
    ),
    "auto.within": Words(
        "{value} with tax may be approved without a person, up to {limit} ({rule}).",
        "{value}",
        "up to {limit}",
    ),
    "auto.above": Words(
        "{value} with tax is not approved without a person ({rule}).", "{value}", "up to {limit}"
    ),
    "triggers.none": Words("Nothing makes a person look ({rule}).", "nothing", "{lays_down}"),
    "triggers.passed": Words(
        "{triggers_start} would make a person look, and the value is small enough ({rule}).",
        "{triggers_in_words}",
        "{lays_down}",
    ),
    "triggers.spoke": Words(
        "A person decides because of {triggers_in_words} ({rule}).",
        "{triggers_in_words}",
        "{lays_down}",
    ),
    "velocity.within": Words(
        "{returns:return} with {units:unit} in 90 days by this customer, address or card are"
        " within the limit ({rule}).",
        "{returns:return}, {units:unit}",
        "{lays_down}",
    ),
    "velocity.above": Words(
        "{returns:return} with {units:unit} in 90 days by this customer, address or card: a"
        " person decides ({rule}).",
        "{returns:return}, {units:unit}",
        "{lays_down}",
    ),
    "risk.within": Words(
        "A risk of {score} is within {limit} ({rule}).", "{score}", "up to {limit}"
    ),
    "risk.above": Words(
        "A risk of {score}: a person decides ({rule}).", "{score}", "up to {limit}"
    ),
    "fee.taken": Words("Restocking fee {fee}: {rate_in_words} ({rule}).", "{goods}", "{lays_down}"),
    "fee.waived": Words(
        "No restocking fee, as we are at fault ({rule}).", "{goods}", "{lays_down}"
    ),
    "return_shipping.taken": Words("The way back costs {fee} ({rule}).", "", "{lays_down}"),
    "return_shipping.waived": Words(
        "The way back is free, as we are at fault ({rule}).", "", "{lays_down}"
    ),
    "keep_it.kept": Words(
        "Goods of {value} need not come back; {rate_in_words} is given back ({rule}).",
        "{value}",
        "up to {limit}",
    ),
    "keep_it.back": Words(
        "Goods of {value} have to come back ({rule}).", "{value}", "up to {limit}"
    ),
    "send_back.days": Words("To be sent back within {days:day} ({rule}).", "", "{days:day}"),
}

FLIPS: dict[str, str] = {
    "our_fault.yes": "Returnable if we were at fault.",
    "our_fault.review": "A person would decide if we were at fault.",
    "condition.would_do": "Eligible {at_worst_name}.",
    "condition.worse": "No longer if it were worse than {at_worst_name}.",
    "law.after": "The rule counts once the {days:day} are over.",
    "window.next": "Too late from {next_day}.",
    "window.late": "{late:day} late: eligible if asked by {last_day}.",
    "warranty.next": "No longer from {next_day}.",
    "warranty.late": "{late:day} late: eligible if asked by {last_day}.",
    "warranty.repair": "Eligible as a repair.",
    "warranty.serial": "Eligible with the serial number of a unit of this order.",
    "evidence.photos": "{missing:photo} missing: eligible with {wanted:photo}.",
    "evidence.serial": "Eligible with the serial number.",
    "evidence.both": "{missing:photo} missing: eligible with {wanted:photo} and the serial number.",
    "limit.within": "A person decides above {limit}.",
    "limit.above": "{over} over the limit: decided at once up to {limit}.",
    "triggers.without": "Decided at once without it.",
    "velocity.within": "A person decides above {limits}.",
    "velocity.above": "{over_in_words} over the limit of {limits}.",
    "risk.within": "A person decides above {limit}.",
    "risk.above": "{over} over the limit of {limit}.",
    "fee.waived": "No fee if we were at fault.",
    "keep_it.kept": "Has to come back above {limit}.",
    "keep_it.back": "{over} over the limit of {limit}.",
}

TRIGGERS = {
    "pattern": "a known defect pattern",
    "serial": "a serial number that was not sold with the order",
    "new_customer": "the customer's first order",
    "photo": "a photo that was used on another case",
    "gift": "a gift",
}
