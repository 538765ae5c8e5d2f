"""A partner's endpoints and what they were told: to read, to acknowledge, to have sent again."""

from __future__ import annotations

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import Body, Count
from api.commands import Nothing
from api.pages import PageQuestion, cut
from api.problems import NoSuchThing
from api.repeating import once
from api.scopes import Scope
from api.shapes import Listed
from api.views import ApiView
from api.webhooks.posts import (
    WebhookEndpointList,
    WebhookMessageTold,
    WebhookReplayTold,
    endpoint,
    message,
)
from core import clock
from notifications import services
from notifications.models import WebhookEndpoint, WebhookMessage
from notifications.states import WebhookState


class FromNumber(Body):
    from_sequence = Count(min_value=1)


class MessageQuestion(PageQuestion):
    endpoint = serializers.CharField(required=False, max_length=40)
    state = serializers.ChoiceField(choices=WebhookState.choices, required=False)


class WebhookEndpoints(ApiView):
    """Where the partner's programs listen, and how each fares."""

    scopes = {"GET": Scope.READ_WEBHOOKS}
    answers = {"GET": WebhookEndpointList}

    def get(self, request: Request) -> Response:
        found = WebhookEndpoint.objects.for_partner(self.partner).order_by("name")
        return Response({"data": [endpoint(each, self.livemode) for each in found]})


class ReplayedEndpoint(ApiView):
    """Everything from a number on is sent once more, under its old ids and numbers."""

    scopes = {"POST": Scope.WRITE_WEBHOOKS}
    bodies = {"POST": FromNumber}
    answers = {"POST": WebhookReplayTold}

    @once
    def post(self, request: Request, reference: str, *, op_id: UUID) -> Response:
        found = WebhookEndpoint.objects.for_partner(self.partner).filter(public_id=reference)
        chosen = found.first()
        if chosen is None:
            raise NoSuchThing("There is no such endpoint.")
        body = self.read()
        sent = services.replay_messages(
            endpoint_id=chosen.pk,
            from_sequence=body["from_sequence"],
            actor=self.actor,
            op_id=op_id,
            now=clock.now(self.partner),
        )
        told: WebhookReplayTold = {
            "object": "webhook_replay",
            "messages": sent,
            "livemode": self.livemode,
        }
        return Response(told)


class WebhookMessages(ApiView):
    """Newest first. A program that finds a gap in its numbers looks here."""

    scopes = {"GET": Scope.READ_WEBHOOKS}
    question = MessageQuestion
    answers = {"GET": Listed[WebhookMessageTold]}
    columns = {"endpoint": "endpoint__public_id", "state": "state"}

    def get(self, request: Request) -> Response:
        rows = self.narrow(WebhookMessage.objects.for_partner(self.partner))
        page = cut(rows.select_related("endpoint"), self.asked)
        return Response(page.answer([message(row, self.livemode) for row in page.rows]))


class _OfOneMessage(ApiView):
    def find(self, reference: str) -> WebhookMessage:
        rows = WebhookMessage.objects.for_partner(self.partner).select_related("endpoint")
        found: WebhookMessage | None = rows.filter(public_id=reference).first()
        if found is None:
            raise NoSuchThing("There is no such message.")
        return found

    def told(self, found: WebhookMessage) -> Response:
        return Response(message(self.find(found.public_id), self.livemode))


class OneWebhookMessage(_OfOneMessage):
    """One message as it was written, and how it fared."""

    scopes = {"GET": Scope.READ_WEBHOOKS}
    answers = {"GET": WebhookMessageTold}

    def get(self, request: Request, reference: str) -> Response:
        return self.told(self.find(reference))


class AcknowledgedMessage(_OfOneMessage):
    """The program has acted on it: the word that an answer of 202 left open."""

    scopes = {"POST": Scope.WRITE_WEBHOOKS}
    bodies = {"POST": Nothing}
    answers = {"POST": WebhookMessageTold}

    @once
    def post(self, request: Request, reference: str, *, op_id: UUID) -> Response:
        found = self.find(reference)
        self.read()
        services.acknowledge_message(
            message_id=found.pk, actor=self.actor, op_id=op_id, now=clock.now(self.partner)
        )
        return self.told(found)


class ResentMessage(_OfOneMessage):
    """It is sent once more, under its old id and number."""

    scopes = {"POST": Scope.WRITE_WEBHOOKS}
    bodies = {"POST": Nothing}
    answers = {"POST": WebhookMessageTold}

    @once
    def post(self, request: Request, reference: str, *, op_id: UUID) -> Response:
        found = self.find(reference)
        self.read()
        services.resend_message(
            message_id=found.pk, actor=self.actor, op_id=op_id, now=clock.now(self.partner)
        )
        return self.told(found)
