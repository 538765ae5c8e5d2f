from __future__ import annotations

import pytest

from core.errors import ActionBlocked
from core.verdicts import Verdict


class TestVerdict:
    def test_is_true_only_when_it_allows(self) -> None:
        assert Verdict.allow()
        assert not Verdict.refuse("The hold has ended.")

    def test_collects_only_real_objections(self) -> None:
        assert Verdict.of(None, "") == Verdict.allow()
        assert Verdict.of(None, "Not paid.", "Not held.").reasons == ("Not paid.", "Not held.")

    def test_joined_with_another_keeps_every_reason(self) -> None:
        both = Verdict.refuse("Not paid.") & Verdict.allow() & Verdict.refuse("Not held.")
        assert both == Verdict.refuse("Not paid.", "Not held.")

    def test_required_raises_with_the_reasons(self) -> None:
        Verdict.allow().require("Cannot ship.")
        with pytest.raises(ActionBlocked, match="Cannot ship") as refused:
            Verdict.refuse("Not paid.", "Not held.").require("Cannot ship.")
        assert refused.value.reasons == ["Not paid.", "Not held."]

    def test_never_refuses_without_a_reason(self) -> None:
        with pytest.raises(ValueError, match="says why"):
            Verdict.refuse()
