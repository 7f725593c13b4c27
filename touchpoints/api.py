"""REST API views for touchpoints (including bulk sync), channels and promises."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from changes.api.records import RecordAPIView, RecordDetailAPIView, RecordListAPIView, etag
from changes.services import AlreadyRecorded
from core.actors import Actor
from core.api.body import MIB
from core.api.examples import LANE, STEP
from core.api.parameters import WORKSPACE
from core.api.search import NameSearchAPIView
from core.api.views import BaseAPIView
from core.errors import (
    AppError,
    Conflict,
    FieldError,
    InvalidRequest,
    NotFound,
    PreconditionFailed,
    TooLarge,
)
from touchpoints.access import get_by_external_id, get_touchpoint
from touchpoints.models import Channel, Promise, Touchpoint
from touchpoints.queries import CHANNEL_SEARCH
from touchpoints.serializers import (
    BATCH_EXAMPLES,
    ITEM_EXAMPLE,
    ChannelSerializer,
    PromiseSerializer,
    SyncBatchSerializer,
    SyncItemSerializer,
    SyncResponseSerializer,
    TouchpointSerializer,
)
from touchpoints.sync import AlreadySynced, touchpoints_sync
from touchpoints.sync_payloads import KEY_FIELDS, KNOWN_FIELDS

MAX_ITEMS = 500
# Item error codes that a PUT of a single touchpoint returns as 409.
CONFLICT_CODES = frozenset({"other-journey", "conflict", "gone", "journey-full"})
PUT_HEADERS = [
    OpenApiParameter(
        "If-None-Match",
        {"type": "string", "enum": ["*"]},
        OpenApiParameter.HEADER,
        description="Create only. Returns 412 if a touchpoint with this external id exists.",
    ),
    OpenApiParameter(
        "Sync-Result",
        {"type": "string", "enum": ["created", "updated", "unchanged", "stale"]},
        OpenApiParameter.HEADER,
        description="The result for this item, as in the results of a batch.",
        response=["200", "201"],
    ),
]


class ChannelAPIMixin:
    model = Channel
    serializer_class = ChannelSerializer
    example: ClassVar = {"name": "Kiosk", "glyph": "store"}


class ChannelListAPIView(ChannelAPIMixin, RecordListAPIView):
    pass


class ChannelDetailAPIView(ChannelAPIMixin, RecordDetailAPIView):
    pass


class ChannelSearchAPIView(NameSearchAPIView):
    """Search channels by name. Returns at most 20."""

    read_scopes = ("touchpoints:read",)
    name_search = CHANNEL_SEARCH

    def searched_rows(self, workspace_id: UUID) -> QuerySet[Channel]:
        return Channel.objects.filter(workspace=workspace_id)


class TouchpointAPIMixin:
    model = Touchpoint
    serializer_class = TouchpointSerializer
    example: ClassVar = {
        "step": STEP,
        "lane": LANE,
        "title": "Asks in the shop",
        "emotion": -1,
        "emotion_label": "confused",
        "is_moment_of_truth": True,
    }


class TouchpointListAPIView(TouchpointAPIMixin, RecordListAPIView):
    parent_field = "step"
    filter_fields: ClassVar = {
        "journey": "step__stage__journey",
        "stage": "step__stage",
        "step": "step",
        "lane": "lane",
        "department": "lane__department",
        "channel": "channel",
        "source": "source",
        "external_id": "external_id",
        "is_moment_of_truth": "is_moment_of_truth",
    }


class TouchpointDetailAPIView(TouchpointAPIMixin, RecordDetailAPIView):
    pass


class TouchpointBatchAPIView(BaseAPIView):
    """Bulk upsert of touchpoints by their ids in another system."""

    write_scopes = ("touchpoints:write",)
    max_body_bytes = 2 * MIB
    max_json_nodes = 50_000
    max_body_note = f"Send at most {MAX_ITEMS} items in one batch."

    @extend_schema(
        request=SyncBatchSerializer,
        responses={200: SyncResponseSerializer},
        examples=BATCH_EXAMPLES,
    )
    def post(self, request: Request) -> Response:
        """Create or update up to 500 touchpoints. Results are in request order.

        `source_updated_at` decides which data wins: newer data replaces older data, and different
        data with the same time replaces what arrived before it. Identical data is `unchanged`;
        older data is `stale`. A time more than 5 minutes ahead of the server's clock is rejected
        (`future`). Without `source_updated_at`, the time of arrival is used. Only the fields you
        send are written.

        A new touchpoint is added to the `step`, or to the last step of the `stage`. Its lane is
        the `lane`, or the lane of the `department`, which is created if necessary. If you
        send neither, the touchpoint goes into the lane `unassigned`.
        """
        sent = self.require_known_fields(frozenset({"workspace", "atomic", "items"}))
        items, atomic = sent.get("items"), sent.get("atomic", False)
        if not isinstance(items, list) or not items:
            raise InvalidRequest.at("/items", "required", "Send a list with at least one item.")
        if len(items) > MAX_ITEMS:
            raise TooLarge(
                f"The batch has {len(items)} items. Send at most {MAX_ITEMS} items in one batch."
            )
        if not isinstance(atomic, bool):
            raise InvalidRequest.at("/atomic", "type", "Send true or false.")
        actor = self.idempotent_actor(
            self.requested_workspace_id(sent.get("workspace"), "/workspace")
        )
        return Response(touchpoints_sync(items=items, actor=actor, atomic=atomic))

    def handle_exception(self, exc: Exception) -> Any:
        if not isinstance(exc, AlreadySynced):
            return super().handle_exception(exc)
        return Response(exc.body, headers={"Idempotency-Replayed": "true"})


class TouchpointByExternalIdAPIView(TouchpointAPIMixin, RecordAPIView):
    """Retrieve or upsert one touchpoint by the id it has in another system."""

    etag_methods = frozenset({"GET", "PUT"})
    if_match_methods = frozenset({"PUT"})
    query_parameters: ClassVar = {"workspace": WORKSPACE}

    @extend_schema(
        operation_id="touchpoints_by_external_id_retrieve",
        responses={200: TouchpointSerializer},
    )
    def get(self, request: Request, source: str, external_id: str) -> Response:
        """Retrieve a touchpoint by the id it has in another system."""
        row = get_by_external_id(self.caller, self.requested_workspace_ids(), source, external_id)
        return self.etag_response(etag(row), lambda: self.serialize_record(row))

    @extend_schema(
        operation_id="touchpoints_by_external_id_update",
        request=SyncItemSerializer,
        responses={200: TouchpointSerializer, 201: TouchpointSerializer},
        parameters=PUT_HEADERS,
        examples=[OpenApiExample("Request", value=ITEM_EXAMPLE, request_only=True)],
    )
    def put(self, request: Request, source: str, external_id: str) -> Response:
        """Create or update a touchpoint by its external id, like a batch with one item.

        With `If-None-Match: *`, the touchpoint is only created, never updated. You can send back
        everything that GET returned: read-only fields are ignored if they are unchanged.
        """
        workspace_id = self.requested_workspace_id(self.json_body.get("workspace"), "/workspace")
        item = self._sync_item(workspace_id, source, external_id)
        actor = self.idempotent_actor(workspace_id)
        actor = self.with_if_match(actor, lambda: etag_of(actor.workspace_id, source, external_id))
        if self.request.headers.get("If-None-Match") == "*":
            actor = actor.with_precondition(lambda: require_absent(actor, source, external_id))
        (line,) = touchpoints_sync(items=[item], actor=actor)["results"]
        if line["result"] == "failed":
            raise error_for_item(line)
        return self._item_response(get_touchpoint(self.caller, UUID(line["id"])), line["result"])

    def _sync_item(self, workspace_id: UUID, source: str, external_id: str) -> dict[str, Any]:
        """Return the request body as an item of a batch, with the key from the URL.

        Raises InvalidRequest if the body has an unknown field, a changed read-only field, or another key.
        """
        writable = KNOWN_FIELDS | {"workspace"}
        try:
            row = get_by_external_id(self.caller, [workspace_id], source, external_id)
        except NotFound:
            sent = self.require_known_fields(writable - KEY_FIELDS)
        else:
            sent = self.writable_part(
                self.serialize_record(row), self.get_serializer(row), writable
            )
        item = {name: value for name, value in sent.items() if name != "workspace"}
        key = {"source": source, "external_id": external_id}
        for name in key.keys() & item.keys():
            if item[name] != key[name]:
                raise InvalidRequest.at(
                    f"/{name}",
                    "read-only",
                    f"This differs from the URL. Leave {name} out, or send the value in the URL.",
                )
        return item | key

    def _item_response(self, row: Touchpoint, result: str) -> Response:
        response = self.record_response(row, 201 if result == "created" else 200)
        response["Sync-Result"] = result
        return response

    def handle_exception(self, exc: Exception) -> Any:
        return super().handle_exception(
            AlreadyRecorded(exc.sets) if isinstance(exc, AlreadySynced) else exc
        )

    def replay_response(self, sets: list[dict[str, Any]]) -> Response:
        (change,) = (
            change
            for recorded_set in sets
            for change in recorded_set["changes"]
            if change["type"] == Touchpoint.slug
        )
        result = "created" if change["op"] == "add" else "updated"
        return self._item_response(self.record_changed_in(sets, UUID(change["id"])), result)


def etag_of(workspace_id: UUID, source: str, external_id: str) -> str:
    """Return the ETag of a touchpoint by its external id, or `"absent"` if there is none.

    The journey's stream must be locked.
    """
    rows = Touchpoint.objects.filter(workspace=workspace_id, source=source, external_id=external_id)
    row = rows.first()
    return f'"{row.version}"' if row else '"absent"'


def require_absent(actor: Actor, source: str, external_id: str) -> None:
    etag = etag_of(actor.workspace_id, source, external_id)
    if etag != '"absent"':
        raise PreconditionFailed(
            etag,
            "A touchpoint with this external id already exists. To update it, send the request"
            " without If-None-Match.",
        )


def error_for_item(line: dict[str, Any]) -> AppError:
    """Return the error for a batch with a single item that failed.

    The error's pointers are relative to the item.
    """
    errors = [
        FieldError(error["pointer"].removeprefix("/items/0"), error["code"], error["detail"])
        for error in line["errors"]
    ]
    kind = Conflict if line["code"] in CONFLICT_CODES else InvalidRequest
    code = line["code"] if kind is Conflict else ""
    return kind(errors[0].detail, code=code, errors=errors)


class PromiseAPIMixin:
    model = Promise
    serializer_class = PromiseSerializer
    example: ClassVar = {
        "title": "Live in a day",
        "made_in": STEP,
        "tested_in": STEP,
        "status": "broken",
        "evidence": "61 h at the median",
    }


class PromiseListAPIView(PromiseAPIMixin, RecordListAPIView):
    parent_field = "made_in"
    filter_fields: ClassVar = {"journey": "stream", "status": "status"}


class PromiseDetailAPIView(PromiseAPIMixin, RecordDetailAPIView):
    pass


urlpatterns = [
    path("channels", ChannelListAPIView.as_view(), name="api_channels"),
    path("channels/search", ChannelSearchAPIView.as_view(), name="api_channel_search"),
    path("channels/<uuid:id>", ChannelDetailAPIView.as_view(), name="api_channel"),
    path("touchpoints", TouchpointListAPIView.as_view(), name="api_touchpoints"),
    path("touchpoints/batch", TouchpointBatchAPIView.as_view(), name="api_touchpoint_batch"),
    path(
        "touchpoints/by-external-id/<str:source>/<path:external_id>",
        TouchpointByExternalIdAPIView.as_view(),
        name="api_touchpoint_by_external_id",
    ),
    path("touchpoints/<uuid:id>", TouchpointDetailAPIView.as_view(), name="api_touchpoint"),
    path("promises", PromiseListAPIView.as_view(), name="api_promises"),
    path("promises/<uuid:id>", PromiseDetailAPIView.as_view(), name="api_promise"),
]
