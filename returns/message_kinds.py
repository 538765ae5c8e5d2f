"""The kinds of messages about returns and defects, and what each may name."""

from __future__ import annotations

from collections.abc import Mapping

from notifications.kinds import MessageKind, pick
from notifications.states import Audience, Medium

SAMPLES = {
    "customer_name": "Ana Kovačević",
    "shop_name": "Harbour & Pine",
    "case_number": "RMA-7K2MH-0419K-5",
    "order_number": "SHP-1042",
    "items_back": "1 × Trail shoe, blue 42",
    "send_back_by": "20 Nov 2026",
    "label_link": "https://desk.example/papers/x/label.pdf",
    "slip_link": "https://desk.example/papers/x/slip.pdf",
    "code_link": "https://desk.example/papers/x/code.pdf",
    "reasons": "The time to return it has passed.",
    "link": "https://desk.example/photos/x/",
    "valid_until": "20 Nov 2026",
    "what_we_found": "an item is missing",
    "goods": "1 × Trail shoe, blue 42",
    "what_follows": "We credit what came.",
    "product": "Brew 400 coffee machine",
    "repair_number": "REP-5C1WD-77K0A-3",
    "amount": "€48.00",
    "lot": "8813",
    "units": "1",
    "version": "policy v4",
    "verdict": "authorised at once",
    "live": "41 %",
    "foretold": "63 %",
    "decisions": "120",
}
OF_RETURN = pick(
    SAMPLES,
    *("customer_name", "shop_name", "case_number", "order_number", "items_back", "send_back_by"),
    *("label_link", "slip_link", "code_link", "reasons"),
)
OF_REPAIR = {**OF_RETURN, **pick(SAMPLES, "repair_number", "amount")}


def _to_customer(
    name: str,
    title: str,
    when: str,
    *because: str,
    names: Mapping[str, str] = OF_RETURN,
    falls_back: Medium | None = None,
    is_optional: bool = False,
) -> MessageKind:
    return MessageKind(
        name=name,
        title=title,
        when=when,
        to=Audience.CUSTOMER,
        because=because,
        names=names,
        falls_back=falls_back,
        is_optional=is_optional,
    )


def _to_staff(
    name: str,
    title: str,
    when: str,
    *because: str,
    to: Audience,
    names: Mapping[str, str] = OF_RETURN,
    is_optional: bool = True,
) -> MessageKind:
    return MessageKind(
        name=name,
        title=title,
        when=when,
        to=to,
        because=because,
        names=names,
        is_optional=is_optional,
    )


KINDS = (
    _to_customer(
        "return_authorised",
        "Return agreed",
        "a return without an exchange may be sent: how, and until when",
        "return.authorised",
        falls_back=Medium.SMS,
    ),
    _to_customer(
        "return_rejected",
        "Return not possible",
        "a return is turned down, with the reason",
        "return.rejected",
    ),
    _to_customer(
        "return_in_review",
        "Return under review",
        "a person has to decide about a return",
        "return.review_wanted",
    ),
    _to_customer(
        "send_back_reminder",
        "Please send your goods",
        "goods were not seen three days before the last day to send them",
        "return.send_back_due",
        falls_back=Medium.SMS,
    ),
    _to_customer(
        "goods_received",
        "Parcel arrived",
        "goods of a case were counted at the warehouse",
        "return.goods_received",
    ),
    _to_customer(
        "goods_refused",
        "Goods not accepted",
        "nothing of what came passed inspection",
        "return.goods_refused",
    ),
    _to_customer(
        "goods_kept",
        "Goods may be kept",
        "goods need not come back",
        "return.goods_waived",
    ),
    _to_customer(
        "return_ended",
        "Return ended",
        "a return without an exchange was cancelled, or its goods never came",
        "return.cancelled",
        "return.expired",
    ),
    _to_customer(
        "rating_invited",
        "How did it go?",
        "a case is done; once, not where it was rated or its payment disputed",
        "return.closed",
        names={
            **pick(SAMPLES, "customer_name", "shop_name", "case_number", "order_number"),
            **pick(SAMPLES, "items_back"),
            "link": "https://desk.example/my/enter/x/",
            "pages": "https://desk.example/my/",
        },
        is_optional=True,
    ),
    _to_customer(
        "repair_estimated",
        "Estimate for a repair",
        "a repair would cost the customer something; they are asked",
        "repair.estimated",
        names=OF_REPAIR,
    ),
    _to_customer(
        "repair_sent_back",
        "Repaired and sent back",
        "repaired goods left for the customer",
        "repair.sent_back",
        names=OF_REPAIR,
    ),
    _to_customer(
        "repair_given_up",
        "Not repairable",
        "the workshop gave up",
        "repair.given_up",
        names=OF_REPAIR,
    ),
    _to_staff(
        "review_wanted",
        "A case wants a decision",
        "the rules want a person to decide",
        "return.review_wanted",
        to=Audience.LEAD,
    ),
    _to_staff(
        "risk_held",
        "A case is held for its risk",
        "what leaves or is paid out waits until a lead has looked",
        "return.risk_held",
        to=Audience.LEAD,
        is_optional=False,
    ),
    _to_staff(
        "mismatch_found",
        "Not what was announced",
        "what came differs and somebody has to decide",
        "return.mismatch_found",
        to=Audience.AGENT,
    ),
    _to_staff(
        "refund_short",
        "The payments cannot bear a refund",
        "more is owed than the payments can give back",
        "return.refund_short",
        to=Audience.AGENT,
        is_optional=False,
    ),
    _to_staff(
        "repair_agreed",
        "A repair may begin",
        "the customer agreed, or pays nothing",
        "repair.agreed",
        to=Audience.WAREHOUSE,
        names=OF_REPAIR,
    ),
    _to_customer(
        "evidence_wanted",
        "Photos wanted",
        "an agent asks for photos: the link to the page for them",
        "return.evidence_asked",
        names=pick(
            SAMPLES,
            *("customer_name", "shop_name", "case_number", "items_back", "link", "valid_until"),
        ),
        falls_back=Medium.SMS,
    ),
    _to_customer(
        "goods_differ",
        "Not what was announced",
        "what came differs, a person decided, and wants the customer to hear it",
        "return.mismatch_decided",
        names=pick(
            SAMPLES,
            *("customer_name", "shop_name", "case_number", "what_we_found", "goods"),
            "what_follows",
        ),
    ),
    _to_customer(
        "defect_notice",
        "Known defect",
        "a lot turned out to be defective; to everybody who has one",
        "defect_pattern.customers_told",
        names=pick(SAMPLES, "customer_name", "shop_name", "product", "lot", "units"),
    ),
    MessageKind(
        name="policy_drifted",
        title="The policy drifts",
        when="a policy decides otherwise than its backtest foretold; to leads and admins",
        to=Audience.LEAD,
        because=("policy.drifted",),
        names=pick(SAMPLES, "version", "verdict", "live", "foretold", "decisions"),
        is_optional=True,
    ),
)
