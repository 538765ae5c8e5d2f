from policies.services.backtesting import start_backtest
from policies.services.decisions import decide
from policies.services.drafts import discard_draft, draft_version, remove_rule, write_rule
from policies.services.publishing import (
    PolicyIncomplete,
    install_default_policy,
    publish_version,
)

__all__ = [
    "PolicyIncomplete",
    "decide",
    "discard_draft",
    "draft_version",
    "install_default_policy",
    "publish_version",
    "remove_rule",
    "start_backtest",
    "write_rule",
]
