"""REST endpoints for comments. The rules are in the services."""

from collections.abc import Callable
from typing import ClassVar
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from changes.api.records import RecordAPIView, RecordListAPIView, etag
from changes.models import Record
from comments import serializers as shapes
from comments import services
from comments.access import get_comment
from comments.models import Comment
from core.actors import COMMENT, Actor
from core.api.examples import FRAME, JOURNEY, MEMBER, STAGE, THREAD
from core.errors import InvalidRequest
from core.fields import is_number
from core.ids import read_uuid
from journeys.models import Journey

SUBJECT_FIELDS = frozenset({"journey", "subject_type", "subject_id"})
TEXT_FIELDS = frozenset({"body", "mentions"})
PLACE_FIELDS = frozenset({"x", "y"})
STAGE_COMMENT_VALUE = {
    "journey": JOURNEY,
    "subject_type": "stage",
    "subject_id": STAGE,
    "body": "Is this still true, @Lena Brandt?",
    "mentions": [MEMBER],
}
PLACE_COMMENT_VALUE = {
    "journey": JOURNEY,
    "subject_type": "frame",
    "subject_id": FRAME,
    "body": "The clock shows the wrong time.",
    "x": 0.34,
    "y": 0.2,
}
EXAMPLES = [
    OpenApiExample("A new thread", value=STAGE_COMMENT_VALUE, request_only=True),
    OpenApiExample(
        "A new thread at a place in a frame", value=PLACE_COMMENT_VALUE, request_only=True
    ),
    OpenApiExample(
        "A reply", value={"thread": THREAD, "body": "Not since May."}, request_only=True
    ),
]


class CommentAPIMixin:
    model = Comment
    serializer_class = shapes.CommentSerializer
    required_right = COMMENT

    def get_object(self) -> Comment:
        return get_comment(self.caller, self.kwargs["id"])

    def body_text(self, name: str) -> str:
        value = self.json_body.get(name)
        if not isinstance(value, str):
            raise InvalidRequest.at(
                f"/{name}", "required" if value is None else "type", "Send a string."
            )
        return value

    def mention_ids(self) -> list[UUID]:
        sent = self.json_body.get("mentions", [])
        if not isinstance(sent, list):
            raise InvalidRequest.at("/mentions", "type", "Send a list of member ids.")
        return [read_uuid(member_id, f"/mentions/{index}") for index, member_id in enumerate(sent)]

    def fraction(self, name: str) -> float | None:
        value = self.json_body.get(name)
        if value is not None and not is_number(value):
            raise InvalidRequest.at(f"/{name}", "type", "Send a number from 0 to 1.")
        return value


class CommentListAPIView(CommentAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {
        "journey": "stream",
        "subject_id": "subject_id",
        "thread": "thread",
        "author": "author",
    }

    @extend_schema(
        request=shapes.NewCommentSerializer,
        responses={201: shapes.CommentSerializer},
        examples=EXAMPLES,
    )
    def post(self, request: Request) -> Response:
        """Comment on a record of a journey, or reply in a thread."""
        sent = self.require_known_fields(SUBJECT_FIELDS | TEXT_FIELDS | PLACE_FIELDS | {"thread"})
        if "thread" in sent:
            self.require_known_fields(TEXT_FIELDS | {"thread"})
        work = self._create_reply() if "thread" in sent else self._create_thread()
        return self.record_response(work(), 201)

    def _create_reply(self) -> Callable[[], Comment]:
        thread = self.related_record(Comment, self.json_body, "thread")
        actor = self.idempotent_actor(thread.workspace_id)
        fields = {"body": self.body_text("body"), "mentions": self.mention_ids()}
        return lambda: services.comment_reply(thread=thread, actor=actor, **fields)

    def _create_thread(self) -> Callable[[], Comment]:
        journey = self.related_record(Journey, self.json_body, "journey")
        actor = self.idempotent_actor(journey.workspace_id)
        fields = {
            "body": self.body_text("body"),
            "mentions": self.mention_ids(),
            "x": self.fraction("x"),
            "y": self.fraction("y"),
        }
        slug = self.body_text("subject_type")
        subject_id = read_uuid(self.json_body.get("subject_id"), "/subject_id")
        return lambda: services.comment_create(
            journey_id=journey.pk, subject_type=slug, subject_id=subject_id, actor=actor, **fields
        )


class CommentDetailAPIView(CommentAPIMixin, RecordAPIView):
    detail = True
    if_match_methods = frozenset({"PATCH", "DELETE"})

    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Retrieve a comment."""
        row = self.get_object()
        return self.etag_response(etag(row), lambda: self.serialize_record(row))

    @extend_schema(
        request=shapes.CommentChangeSerializer, responses={200: shapes.CommentSerializer}
    )
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Edit your own comment."""
        row = self.get_object()
        actor = self.actor_with_if_match(self.idempotent_actor(row.workspace_id), row)
        sent = self.writable_changes(row, TEXT_FIELDS)
        body = self.body_text("body") if "body" in sent else row.body
        mentions = (
            self.mention_ids()
            if "mentions" in sent
            else [UUID(member_id) for member_id in row.mentions]
        )
        if (body, [str(member_id) for member_id in mentions]) == (row.body, row.mentions):
            return self.unchanged_response(row)
        return self.record_response(
            services.comment_edit(comment=row, body=body, mentions=mentions, actor=actor)
        )

    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Remove a comment. Removing the first comment of a thread removes the thread.

        Members can remove their own comments. Admins can remove any comment.
        """
        row = self.get_object()
        self.require_empty_body()
        actor = self.actor_with_if_match(self.idempotent_actor(row.workspace_id), row)
        services.comment_remove(comment=row, actor=actor)
        return Response(status=204)


class CommentActionAPIView(CommentAPIMixin, RecordAPIView):
    """Base view for state changes of a thread: POST to its first comment, without a body."""

    detail = True
    if_match_methods = frozenset({"POST"})

    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        row = self.get_object()
        self.require_empty_body()
        return self.record_response(
            self.perform(
                row, self.actor_with_if_match(self.idempotent_actor(row.workspace_id), row)
            )
        )

    def perform(self, row: Comment, actor: Actor) -> Record:
        raise NotImplementedError


@extend_schema_view(post=extend_schema(request=None))
class CommentResolveAPIView(CommentActionAPIView):
    """Resolve a thread."""

    def perform(self, row: Comment, actor: Actor) -> Record:
        return services.comment_resolve(comment=row, actor=actor)


@extend_schema_view(post=extend_schema(request=None))
class CommentReopenAPIView(CommentActionAPIView):
    """Reopen a resolved thread."""

    def perform(self, row: Comment, actor: Actor) -> Record:
        return services.comment_reopen(comment=row, actor=actor)


urlpatterns = [
    path("comments", CommentListAPIView.as_view(), name="api_comments"),
    path("comments/<uuid:id>", CommentDetailAPIView.as_view(), name="api_comment"),
    path("comments/<uuid:id>/resolve", CommentResolveAPIView.as_view(), name="api_comment_resolve"),
    path("comments/<uuid:id>/reopen", CommentReopenAPIView.as_view(), name="api_comment_reopen"),
]
