from __future__ import annotations

from uuid import uuid4

import pytest

from core import deliveries
from core.actors import Actor
from core.errors import ActionBlocked, BadInput, NotPermitted
from core.roles import Role
from notifications import services
from notifications.kinds import find_kind
from notifications.models import Suppression
from notifications.states import MessageState, Reason
from tests.factories.letters import DESK, NOW, queue_letter, record_event
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db

STOCK_FREE = find_kind("stock_free")


class TestStatuses:
    @pytest.mark.parametrize(
        ("status", "is_permanent", "reason"),
        [
            ("bounced", True, Reason.BOUNCED),
            ("complained", False, Reason.COMPLAINED),
            ("bounced", False, None),
            ("failed", False, None),
            ("delivered", False, None),
        ],
    )
    def test_for_good_keep_the_address_back(self, status, is_permanent, reason) -> None:
        letter = queue_letter()
        told = {"message": f"message:{letter.pk}", "status": status, "is_permanent": is_permanent}
        record_event(kind="message.status", subject="channeldocument:1", data=told)
        deliveries.deliver_due()
        assert [each.reason for each in Suppression.objects.all()] == [reason] * bool(reason)
        state = queue_letter(person="customer:13").state  # the same address
        assert state == (MessageState.SUPPRESSED if reason else MessageState.QUEUED)


class TestLift:
    def lift(self, actor: Actor, because: str = "New mailbox") -> Suppression:
        return services.lift_suppression(
            suppression_id=Suppression.objects.get().pk,
            because=because,
            actor=actor,
            op_id=uuid4(),
            now=NOW,
        )

    def test_needs_a_person_and_a_reason_once(self) -> None:
        letter = queue_letter()
        services.suppress_address_of(message=letter, reason=Reason.BOUNCED, actor=DESK, now=NOW)
        admin = Actor.user(make_user(Role.ADMIN))
        with pytest.raises(NotPermitted):
            self.lift(DESK)
        with pytest.raises(BadInput):
            self.lift(admin, because=" ")
        self.lift(admin)
        with pytest.raises(ActionBlocked):
            self.lift(admin)
        assert queue_letter().state == MessageState.QUEUED


class TestMuted:
    def test_is_kept_back_from_who_chose_so_alone(self) -> None:
        chooser, other = make_user(Role.AGENT), make_user(Role.AGENT)
        services.choose_kinds(
            user_id=chooser.pk,
            muted=["stock_free"],
            actor=Actor.user(chooser),
            op_id=uuid4(),
            now=NOW,
        )
        assert STOCK_FREE
        states = [
            queue_letter(
                template="stock_free",
                person=f"user:{person.pk}",
                to=person.email,
                context=dict(STOCK_FREE.names),
            ).state
            for person in (chooser, other)
        ]
        assert states == [MessageState.SUPPRESSED, MessageState.QUEUED]

    def test_cannot_be_what_the_work_needs(self) -> None:
        agent = make_user(Role.AGENT)
        with pytest.raises(BadInput):
            services.choose_kinds(
                user_id=agent.pk,
                muted=["short_picked"],
                actor=Actor.user(agent),
                op_id=uuid4(),
                now=NOW,
            )
