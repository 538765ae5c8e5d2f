from __future__ import annotations

from uuid import UUID

from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import Body, Text
from api.documents.taking import status_of, take_document
from api.documents.telling import DocumentTold, document, with_all
from api.finding import find_by_id
from api.orders.reading import find_channel
from api.pages import PageQuestion, cut
from api.repeating import once
from api.scopes import Scope
from api.shapes import Listed
from api.views import ApiView
from core import clock
from intake.models import ChannelDocument
from intake.states import DocumentState


class AnyObject(serializers.Field[object, object, object, object]):
    """A channel's document, whatever is in it. Read strictly like every body."""

    schema = {"type": "object", "additionalProperties": True}
    default_error_messages = {"invalid": "An object, as the channel sends it."}

    def to_internal_value(self, data: object) -> object:
        if not isinstance(data, dict):
            self.fail("invalid")
        return data


class NewDocument(Body):
    """A document in the channel's own form, as its webhook would bring it."""

    channel = Text(max_length=40, help_text="The channel's code.")
    topic = Text(max_length=80, required=False, help_text="As its webhook says it.")
    document = AnyObject()


class DocumentQuestion(PageQuestion):
    state = serializers.ChoiceField(choices=DocumentState.choices, required=False)
    channel = serializers.CharField(required=False, max_length=40)
    external_id = serializers.CharField(required=False, max_length=120)


class Documents(ApiView):
    """What came in for the partner's channels; and sending in what a webhook did not bring."""

    scopes = {"GET": Scope.READ_ORDERS, "POST": Scope.WRITE_ORDERS}
    question = DocumentQuestion
    bodies = {"POST": NewDocument}
    answers = {"GET": Listed[DocumentTold], "POST": DocumentTold}
    status_by_method = {"POST": status.HTTP_201_CREATED}
    other_answers = (status.HTTP_200_OK, status.HTTP_202_ACCEPTED)
    columns = {"state": "state", "channel": "channel__code", "external_id": "external_id"}

    def get(self, request: Request) -> Response:
        rows = self.narrow(ChannelDocument.objects.for_partner(self.partner))
        page = cut(with_all(rows), self.asked)
        return Response(page.answer([document(row, livemode=self.livemode) for row in page.rows]))

    @once
    def post(self, request: Request, *, op_id: UUID) -> Response:
        """201 accepted, 200 known already, 202 stored and waiting: the answer says for whom."""
        said = self.read()
        taken = take_document(
            channel=find_channel(self.partner, said["channel"]),
            content=said["document"],
            topic=said.get("topic", ""),
            actor=self.actor,
            op_id=op_id,
            now=clock.now(self.partner),
        )
        return Response(document(taken, livemode=self.livemode), status=status_of(taken))


class OneDocument(ApiView):
    """What became of one document, and where it stands."""

    scopes = {"GET": Scope.READ_ORDERS}
    answers = {"GET": DocumentTold}

    def get(self, request: Request, reference: str) -> Response:
        rows = with_all(ChannelDocument.objects.for_partner(self.partner))
        found = find_by_id(rows, reference, what="document")
        return Response(document(found, livemode=self.livemode))
