"""The endpoints of a stream (a journey, or a workspace's directory): all of it, news, edits."""

from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from changes.access import get_journey_stream
from changes.models import ChangeSet, Stream, record_types
from changes.ops import parse, read_uuid
from changes.queries import feed_since, sets_since, snapshot, snapshot_at
from changes.recorder import Recorder
from changes.rest import schema
from changes.services import Replayed, edit, undo
from changes.tenancy import tenant_if_outside
from workspaces.access import Actor, covers
from workspaces.errors import Invalid
from workspaces.integers import read_integer
from workspaces.rest.views import Door

EVERYTHING = ("maps:read", "touchpoints:read", "ownership:read", "comments:read", "people:read")
MOST_SETS = 500


class StreamDoor(Door):
    """An endpoint of one stream; `of_directory` says of which kind, so that ids cannot be mixed."""

    of_directory: ClassVar[bool] = False

    def stream(self, stream_id: UUID) -> Stream:
        """Return the stream; a directory nobody wrote to yet is one at version 0."""
        if self.of_directory:
            self.caller.acting_in(stream_id)
            with tenant_if_outside(self.caller.workspace_ids):
                found = Stream.objects.filter(pk=stream_id).first()
            return found or Stream(id=stream_id, workspace_id=stream_id)
        return get_journey_stream(self.caller, stream_id)


class Snapshot(StreamDoor):
    read = EVERYTHING
    filters: ClassVar = {"version": schema.VERSION}
    tags = frozenset({"GET"})

    @extend_schema(
        responses={200: schema.ref("Snapshot")},
        examples=[schema.SNAPSHOT],
    )
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Everything on it as a flat list of records, at one version (the ETag)."""
        stream = self.stream(id)
        asked = self.request._request.GET.get("version")
        if asked is None:
            return self.tagged(f'"{stream.version}"', lambda: self._all(stream))
        version = read_integer(asked, "?version", 0, stream.version)
        return self.tagged(f'"{version}"', lambda: self._all(stream, version))

    def _all(self, stream: Stream, version: int | None = None) -> dict[str, Any]:
        if stream.version == 0:
            return {"stream": str(stream.pk), "version": 0, "records": []}
        return snapshot(stream.pk) if version is None else snapshot_at(stream.pk, version)


class Changes(StreamDoor):
    read = EVERYTHING
    filters: ClassVar = {"since": schema.SINCE, "limit": schema.LIMIT}

    @extend_schema(
        responses={200: schema.ref("ChangeSetPage")},
        examples=[schema.CHANGE_SETS],
    )
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """The change sets after a version, oldest first; `next` is null when there are no more."""
        stream = self.stream(id)
        return self.page("version", lambda since, most: sets_since(stream.pk, since, most))

    def page(self, counter: str, read: Any) -> Response:
        raw = self.request._request
        since = read_integer(raw.GET.get("since", "0"), "?since")
        most = read_integer(raw.GET.get("limit", "100"), "?limit", 1, MOST_SETS)
        sets = read(since, most + 1)
        shown = sets[:most]
        following = None
        if len(sets) > most:
            query = urlencode({"since": shown[-1][counter], "limit": most})
            following = raw.build_absolute_uri(f"{raw.path}?{query}")
        return Response({"next": following, "previous": None, "results": shown})


class WorkspaceFeed(Changes):
    of_directory = True

    @extend_schema(
        responses={200: schema.ref("ChangeSetPage")},
        examples=[schema.CHANGE_SETS],
    )
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """The change sets of all its streams after a place in its feed, oldest first."""
        workspace_id = self.stream(id).workspace_id
        return self.page("feed", lambda since, most: feed_since(workspace_id, since, most))


class Edits(StreamDoor):
    """A gesture of ops, or the undo of one: all of it or nothing.

    Each type that it writes needs its own right and scope.
    """

    limit = 256 * 1024

    @extend_schema(
        request={"application/json": schema.ref("EditRequest")},
        responses={200: schema.ref("EditAnswer")},
        examples=schema.EDITS,
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Apply a gesture. Its `id` makes it safe to send again; `undo` takes one back."""
        stream = self.stream(id)
        sent = self.known_only(frozenset({"id", "ops", "undo"}))
        actor = self._actor(stream, sent)
        if "undo" in sent and "ops" in sent:
            raise Invalid.at("/undo", "either-or", "Send ops, or undo.")
        if "undo" in sent:
            return self._answer(self._undo(stream, sent, actor))
        return self._answer(edit(stream.pk, parse(sent.get("ops")), actor=actor))

    def _actor(self, stream: Stream, sent: dict[str, Any]) -> Actor:
        if "id" in sent:
            actor = self.caller.acting_in(stream.workspace_id)
            actor = actor.under(read_uuid(sent["id"], "/id"), self.fingerprint)
        else:
            actor = self.acting(stream.workspace_id)
        return self.provided(actor, lambda: f'"{self._version(stream)}"')

    def _version(self, stream: Stream) -> int:
        found = Stream.objects.filter(pk=stream.pk).first()
        return found.version if found else 0

    def _undo(self, stream: Stream, sent: dict[str, Any], actor: Actor) -> Recorder:
        gesture = read_uuid(sent["undo"], "/undo")
        with tenant_if_outside([stream.workspace_id]):
            here = ChangeSet.objects.filter(stream_id=stream.pk, gesture=gesture).exists()
        if not here:
            raise Invalid.at("/undo", "not_found", "There is no such gesture here.")
        return undo(gesture, actor=actor)

    def _answer(self, recorder: Recorder) -> Response:
        return Response({"sets": self._shown(recorder.sets), "left_alone": recorder.left_alone})

    def _shown(self, sets: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return sets without the changes of types that the token may not read.

        Those went along with what it removed.
        """
        held, types = self.caller.scopes, record_types()
        if held is None:
            return sets
        return [
            one
            | {
                "changes": one["changes"]
                and [
                    change
                    for change in one["changes"]
                    if covers(held, f"{types[change['type']].scope}:read")
                ]
            }
            for one in sets
        ]

    def handle_exception(self, exc: Exception) -> Any:
        if not isinstance(exc, Replayed):
            return super().handle_exception(exc)
        return Response(
            {"sets": self._shown(exc.sets), "left_alone": []},
            headers={"Idempotency-Replayed": "true"},
        )


class DirectoryEdits(Edits):
    of_directory = True

    @extend_schema(
        request={"application/json": schema.ref("EditRequest")},
        responses={200: schema.ref("EditAnswer")},
        examples=schema.DIRECTORY_EDITS,
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Apply a gesture to the directory. Its `id` makes it safe to send again."""
        return super().post(request, id)


class DirectorySnapshot(Snapshot):
    of_directory = True
