"""Presence endpoint for clients without a WebSocket. They poll every ten seconds."""

from functools import partial
from typing import Any
from uuid import UUID

import redis
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from changes.api import schema
from changes.api.streams import StreamAPIView
from changes.live import presence
from core.errors import AppError, Conflict, InvalidRequest
from core.redis_client import get_redis
from workspaces.access import get_member

RETRY_AFTER = str(presence.TTL_SECONDS)  # after this time, closed windows have expired


class PresenceAPIView(StreamAPIView):
    session_only = True  # programs have no presence
    takes_key = False

    @extend_schema(
        request={"application/json": schema.schema_ref("PresenceRequest")},
        responses={200: schema.schema_ref("PresenceAnswer")},
        examples=schema.PRESENCE_EXAMPLES,
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Announce this window and list the other windows on the journey. The announcement expires after 30 s."""
        stream = self.stream(id)
        sent = dict(self.require_known_fields(presence.PRESENCE_FIELDS | {"c"}))
        connection_id = sent.pop("c", None)
        if not isinstance(connection_id, str) or not presence.CONNECTION_ID.fullmatch(
            connection_id
        ):
            raise InvalidRequest.at(
                "/c",
                "pattern",
                "Send an id for this window: c_ followed by 8 to 40 characters from A-Z a-z 0-9 _ -.",
            )
        actor = self.caller.actor_for(stream.workspace_id)
        member = get_member(self.caller, actor.member_id)
        peer = {"c": connection_id, "member": str(member.pk), "name": str(member)}
        try:
            return Response(
                {"peers": self._announce(stream.pk, peer | presence.parse_presence(sent))}
            )
        except redis.RedisError:
            return Response({"peers": []})

    def _announce(self, stream_id: UUID, peer: presence.Peer) -> list[presence.Peer]:
        """Store and publish a peer. Return the other peers on the journey.

        Raise Conflict if another member uses the connection id. Raise an AppError with status 429
        if the journey is open in too many windows, or the member has too many of them.
        """
        peers = presence.active_peers(self._execute(partial(presence.request_all, stream_id)))
        existing = peers.pop(peer["c"], None)
        if existing is not None and existing["member"] != peer["member"]:
            raise Conflict("Another window uses this id. Send a new one.", code="id-taken")
        if reason := presence.capacity_error([*peers.values(), peer], peer["member"]):
            raise AppError(
                reason, code="too-many-windows", status=429, headers={"Retry-After": RETRY_AFTER}
            )
        self._execute(partial(presence.announce, stream_id, peer))
        return list(peers.values())

    def _execute(self, fill: Any) -> Any:
        with get_redis().pipeline() as pipe:
            fill(pipe)
            return pipe.execute()[-1]
