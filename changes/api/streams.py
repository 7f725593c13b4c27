"""Endpoints for a stream, such as a journey or a directory: snapshot, change sets and edits."""

import json
from collections.abc import AsyncIterator
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db.models import Max
from django.http import HttpResponseBase, StreamingHttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from changes.access import get_stream
from changes.api import schema
from changes.api.replays import ReplayMixin
from changes.log import page_of_set
from changes.models import ChangeSet, Stream, record_types
from changes.ops import parse_ops
from changes.queries import feed_position, feed_since, sets_since, snapshot, snapshot_at
from changes.recorder import Recorder
from changes.services import apply_ops, undo
from changes.stream_kinds import DIRECTORY
from core.actors import Actor, covers
from core.api.views import BaseAPIView, parse_etags
from core.errors import InvalidRequest, NotFound
from core.ids import read_uuid
from core.integers import parse_integer, read_integer
from core.scopes import token_scopes
from core.tenancy import ensure_tenant_scope, tenant_scope

# The scopes of all record types. Other scopes for reading don't lock tokens out of streams.
_SCOPES = {f"{model.scope}:read" for model in record_types().values()}
STREAM_READ_SCOPES = tuple(name for name in token_scopes() if name in _SCOPES)
MAX_SETS = 500


class StreamAPIView(BaseAPIView):
    """Base view for endpoints of one stream. Only streams of the kind `kind` are found."""

    kind: ClassVar[str] = "journey"

    def stream(self, stream_id: UUID) -> Stream:
        """Return the stream. A directory that was never written to is at version 0."""
        try:
            return get_stream(self.caller, stream_id, kind=self.kind)
        except NotFound:
            if self.kind != DIRECTORY or stream_id not in self.caller.workspace_ids:
                raise
            return Stream(id=stream_id, workspace_id=stream_id, kind=DIRECTORY)


class SnapshotAPIView(StreamAPIView):
    read_scopes = STREAM_READ_SCOPES
    query_parameters: ClassVar = {"version": schema.VERSION}
    etag_methods = frozenset({"GET"})

    @extend_schema(
        responses={200: schema.schema_ref("Snapshot")},
        examples=[schema.SNAPSHOT_EXAMPLE],
    )
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Retrieve all records as a flat list, at one version (the ETag)."""
        stream = self.stream(id)
        requested = self.request._request.GET.get("version")
        if requested is None:
            return self.etag_response(f'"{stream.version}"', lambda: self._all(stream))
        version = read_integer(requested, "?version", 0, stream.version)
        return self.etag_response(f'"{version}"', lambda: self._all(stream, version))

    def _all(self, stream: Stream, version: int | None = None) -> dict[str, Any]:
        if stream.version == 0:
            return {"stream": str(stream.pk), "version": 0, "records": []}
        return snapshot(stream.pk) if version is None else snapshot_at(stream.pk, version)


class ChangesAPIView(StreamAPIView):
    read_scopes = STREAM_READ_SCOPES
    query_parameters: ClassVar = {"since": schema.SINCE, "limit": schema.LIMIT}

    @extend_schema(
        responses={200: schema.schema_ref("ChangeSetPage")},
        examples=[schema.CHANGE_SETS_EXAMPLE],
    )
    def get(self, request: Request, id: UUID) -> HttpResponseBase:  # noqa: A002
        """List the change sets after a version, oldest first.

        A page has at most `limit` change sets, and no more than about 2,000 changes or 2 MB, so it
        may be shorter than `limit`. Follow `next` until it is null. Keep `position`, and send it as
        `since` to get the change sets that follow. A change set is never split: one that is larger
        than a page is returned alone, as a stream.
        """
        stream = self.stream(id)
        since, limit = self.page_parameters()
        sets = sets_since(stream.workspace_id, stream.pk, since, limit)
        return self.page_response(stream, sets, "version", since, limit, end=stream.version)

    def page_parameters(self) -> tuple[int, int]:
        """Return `since` and `limit` from the query string."""
        sent = self.request._request.GET
        since = read_integer(sent.get("since", "0"), "?since")
        return since, read_integer(sent.get("limit", "100"), "?limit", 1, MAX_SETS)

    def page_response(
        self, stream: Stream, sets: list[Any], counter: str, since: int, limit: int, *, end: int
    ) -> HttpResponseBase:
        """Return a page of change sets.

        `counter` is the field that numbers the sets (`version` or `feed`), and `end` its latest
        value. A set without its changes is larger than a page, so its changes are read and sent as
        a stream.
        """
        raw = self.request._request
        position = sets[-1][counter] if sets else since
        query = urlencode({"since": position, "limit": limit})
        following = raw.build_absolute_uri(f"{raw.path}?{query}") if position < end else None
        page = {"next": following, "previous": None, "position": position, "results": sets}
        if sets and sets[0]["changes"] is None:
            parts = stream_page(page, stream.workspace_id)
            return StreamingHttpResponse(parts, content_type="application/json")
        return Response(page)


async def stream_page(page: dict[str, Any], workspace_id: UUID) -> AsyncIterator[str]:
    """Yield the JSON of a page with a single change set that is too large to hold in memory."""
    (large,) = page["results"]
    ending = "]}]}"  # closes the changes, the set, the results and the page
    yield json.dumps(page | {"results": [large | {"changes": []}]}).removesuffix(ending)
    read_part = sync_to_async(_read_part)
    changes, place = await read_part(workspace_id, UUID(large["id"]), 0)
    comma = ""
    while changes:
        yield comma + ", ".join(map(json.dumps, changes))
        comma = ", "
        changes, place = await read_part(workspace_id, UUID(large["id"]), place)
    yield ending


def _read_part(workspace_id: UUID, set_id: UUID, after: int) -> tuple[list[dict[str, Any]], int]:
    with tenant_scope([workspace_id]):
        return page_of_set(workspace_id, set_id, after)


class WorkspaceFeedAPIView(ChangesAPIView):
    kind = DIRECTORY

    @extend_schema(
        responses={200: schema.schema_ref("ChangeSetPage")},
        examples=[schema.CHANGE_SETS_EXAMPLE],
    )
    def get(self, request: Request, id: UUID) -> HttpResponseBase:  # noqa: A002
        """List the change sets of all streams in the workspace after a position, oldest first.

        Pages work as for the changes of a journey.
        """
        stream = self.stream(id)
        since, limit = self.page_parameters()
        sets = feed_since(stream.workspace_id, since, limit)
        end = feed_position(stream.workspace_id)
        return self.page_response(stream, sets, "feed", since, limit, end=end)


class EditsAPIView(ReplayMixin, StreamAPIView):
    """Apply a gesture's ops, or undo a gesture. Either all changes are applied, or none.

    Each record type requires its own right and scope.
    """

    max_body_bytes = 256 * 1024
    if_match_methods = frozenset({"POST"})

    @extend_schema(
        request={"application/json": schema.schema_ref("EditRequest")},
        responses={200: schema.schema_ref("EditAnswer")},
        examples=schema.EDIT_EXAMPLES,
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Apply a gesture, or undo one with `undo`. Send an `id` to make retries safe."""
        stream = self.stream(id)
        sent = self.require_known_fields(frozenset({"id", "ops", "undo"}))
        actor = self._actor(stream)
        if "undo" in sent and "ops" in sent:
            raise InvalidRequest.at("/undo", "either-or", "Send either ops or undo, not both.")
        if "undo" in sent:
            return self._edit_response(self._undo(stream, sent, actor))
        return self._edit_response(apply_ops(stream.pk, parse_ops(sent.get("ops")), actor=actor))

    def idempotent_actor(self, workspace_id: UUID) -> Actor:
        """Return the actor with the gesture `id` from the body, if it has one."""
        if "id" not in self.json_body:
            return super().idempotent_actor(workspace_id)
        actor = self.caller.actor_for(workspace_id)
        return actor.with_idempotency(read_uuid(self.json_body["id"], "/id"), self.fingerprint)

    def _actor(self, stream: Stream) -> Actor:
        return self.with_if_match(
            self.idempotent_actor(stream.workspace_id), lambda: self._etag(stream)
        )

    def _etag(self, stream: Stream) -> str:
        """Return the ETag to compare with `If-Match`: that of the current version.

        An earlier version also matches if only cxmap itself (the audit) has written since then,
        because the caller's decision wasn't based on that.
        """
        sets = ChangeSet.objects.filter(workspace_id=stream.workspace_id, stream_id=stream.pk)
        by_others = sets.exclude(actor_kind="machine", undoable=False)
        version = sets.aggregate(last=Max("version"))["last"] or 0
        oldest = by_others.aggregate(last=Max("version"))["last"] or 0
        for tag in parse_etags(self.request.headers["If-Match"]):
            if parse_integer(tag.strip('"'), oldest, version) is not None:
                return tag
        return f'"{version}"'

    def _undo(self, stream: Stream, sent: dict[str, Any], actor: Actor) -> Recorder:
        gesture = read_uuid(sent["undo"], "/undo")
        with ensure_tenant_scope([stream.workspace_id]):
            sets = ChangeSet.objects.filter(workspace_id=stream.workspace_id, gesture=gesture)
            exists = sets.filter(stream_id=stream.pk).exists()
        if not exists:
            raise InvalidRequest.at("/undo", "not_found", "This gesture doesn't exist here.")
        return undo(gesture, actor=actor)

    def _edit_response(self, recorder: Recorder) -> Response:
        return Response(
            {"sets": self._visible_sets(recorder.sets), "left_alone": recorder.skipped_fields}
        )

    def _visible_sets(self, sets: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the sets without changes of types that the token may not read.

        The removal of a record may include such types.
        """
        scopes, types = self.caller.scopes, record_types()
        if scopes is None:
            return sets
        return [
            change_set
            | {
                "changes": change_set["changes"]
                and [
                    change
                    for change in change_set["changes"]
                    if covers(scopes, f"{types[change['type']].scope}:read")
                ]
            }
            for change_set in sets
        ]

    def replay_response(self, sets: list[dict[str, Any]]) -> Response:
        return Response({"sets": self._visible_sets(sets), "left_alone": []})


class DirectoryEditsAPIView(EditsAPIView):
    kind = DIRECTORY

    @extend_schema(
        request={"application/json": schema.schema_ref("EditRequest")},
        responses={200: schema.schema_ref("EditAnswer")},
        examples=schema.DIRECTORY_EDIT_EXAMPLES,
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Apply a gesture to the directory. Send an `id` to make retries safe."""
        return super().post(request, id)


class DirectorySnapshotAPIView(SnapshotAPIView):
    kind = DIRECTORY
