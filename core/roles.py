"""Who may do what, as data. One permission per verb; a role is a set of them."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    AGENT = "agent"
    LEAD = "lead"
    WAREHOUSE = "warehouse"
    ADMIN = "admin"
    AUDITOR = "auditor"
    PARTNER = "partner"


class Permission(StrEnum):
    SEE_CASES = "see_cases"
    OPEN_CASE = "open_case"
    DECIDE_CASE = "decide_case"
    DECIDE_MISMATCH = "decide_mismatch"
    CANCEL_CASE = "cancel_case"
    HOLD_STOCK = "hold_stock"
    RECEIVE_GOODS = "receive_goods"
    INSPECT_GOODS = "inspect_goods"
    SHIP_GOODS = "ship_goods"
    SEE_STOCK = "see_stock"
    ADJUST_STOCK = "adjust_stock"
    EDIT_CATALOGUE = "edit_catalogue"
    SEE_ORDERS = "see_orders"
    APPROVE = "approve"
    SEE_MONEY = "see_money"
    MOVE_MONEY = "move_money"
    SETTLE_MONEY = "settle_money"
    SEE_INTAKE = "see_intake"
    REPLAY_INTAKE = "replay_intake"
    READ_RAW_INTAKE = "read_raw_intake"
    SEE_MESSAGES = "see_messages"
    EDIT_WORDING = "edit_wording"
    EDIT_POLICY = "edit_policy"
    PUBLISH_POLICY = "publish_policy"
    SEE_AUDIT = "see_audit"
    USE_DESK = "use_desk"
    EDIT_PEOPLE = "edit_people"
    RUN_MACHINERY = "run_machinery"


_AGENT = {
    Permission.USE_DESK,
    Permission.SEE_CASES,
    Permission.OPEN_CASE,
    Permission.CANCEL_CASE,
    Permission.DECIDE_MISMATCH,
    Permission.HOLD_STOCK,
    Permission.SEE_STOCK,
    Permission.SEE_ORDERS,
    Permission.SEE_MESSAGES,
    Permission.SEE_MONEY,
    Permission.MOVE_MONEY,
}
_LEAD = _AGENT | {
    Permission.DECIDE_CASE,
    Permission.APPROVE,
    Permission.SETTLE_MONEY,
    Permission.SEE_INTAKE,
    Permission.REPLAY_INTAKE,
    Permission.READ_RAW_INTAKE,
    Permission.SEE_AUDIT,
    Permission.EDIT_WORDING,
}
_WAREHOUSE = {
    Permission.USE_DESK,
    Permission.SEE_CASES,
    Permission.SEE_ORDERS,
    Permission.SEE_STOCK,
    Permission.ADJUST_STOCK,
    Permission.RECEIVE_GOODS,
    Permission.INSPECT_GOODS,
    Permission.SHIP_GOODS,
}
_ADMIN = (
    _LEAD
    | _WAREHOUSE
    | {
        Permission.EDIT_CATALOGUE,
        Permission.EDIT_POLICY,
        Permission.PUBLISH_POLICY,
        Permission.EDIT_PEOPLE,
        Permission.RUN_MACHINERY,
    }
)
_AUDITOR = {
    Permission.USE_DESK,
    Permission.SEE_CASES,
    Permission.SEE_ORDERS,
    Permission.SEE_STOCK,
    Permission.SEE_INTAKE,
    Permission.SEE_MESSAGES,
    Permission.SEE_MONEY,
    Permission.SEE_AUDIT,
}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.AGENT: frozenset(_AGENT),
    Role.LEAD: frozenset(_LEAD),
    Role.WAREHOUSE: frozenset(_WAREHOUSE),
    Role.ADMIN: frozenset(_ADMIN),
    Role.AUDITOR: frozenset(_AUDITOR),
    Role.PARTNER: frozenset(),
}
