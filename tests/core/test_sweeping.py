from structlog.testing import capture_logs

from core.errors import ActionBlocked
from core.models import Partner
from core.sweeping import try_each


class TestTryEach:
    def test_goes_on_past_what_is_refused_and_says_which_that_was(self) -> None:
        given = []

        def command(row: Partner) -> None:
            given.append(row.pk)
            if row.pk == 2:
                raise ActionBlocked("It moved on.")

        with capture_logs() as lines:
            done = try_each([Partner(pk=pk) for pk in (1, 2, 3)], command, refused="not_done")
        assert (done, given) == (2, [1, 2, 3])
        (line,) = lines
        assert (line["event"], line["subject"], line["code"]) == (
            "not_done",
            "partner:2",
            "action_blocked",
        )
