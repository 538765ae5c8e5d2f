from __future__ import annotations

from django.conf import settings

from policies.rules import KINDS


def test_admins_can_read_of_every_kind_of_rule_and_of_what_holds_without_it() -> None:
    text = (settings.BASE_DIR / "docs" / "admins.md").read_text(encoding="utf-8")
    missing = [kind.title for kind in KINDS.values() if f"| {kind.title} | " not in text]
    assert missing == []
