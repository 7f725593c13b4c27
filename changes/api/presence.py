"""Presence for clients whose sockets are blocked: the same, asked for every ten seconds."""

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
from changes.publish import get_redis
from core.errors import AppError, Conflict, InvalidRequest
from workspaces.access import get_member

RETRY_AFTER = str(presence.TTL_SECONDS)  # until windows that are gone are forgotten


class PresenceAPIView(StreamAPIView):
    session_only = True  # programs are not there
    takes_key = False

    @extend_schema(
        request={"application/json": schema.schema_ref("PresenceRequest")},
        responses={200: schema.schema_ref("PresenceAnswer")},
        examples=schema.PRESENCE_EXAMPLES,
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Say that this window is there and where it looks; answers who else is. Lasts 30 s."""
        stream = self.stream(id)
        sent = dict(self.require_known_fields(presence.PRESENCE_FIELDS | {"c"}))
        name = sent.pop("c", None)
        if not isinstance(name, str) or not presence.CONNECTION_ID.fullmatch(name):
            raise InvalidRequest.at(
                "/c",
                "pattern",
                "Make up a name for this window: c_ and 8 to 40 of A-Z a-z 0-9 _ -.",
            )
        actor = self.caller.actor_for(stream.workspace_id)
        member = get_member(self.caller, actor.member_id)
        peer = {"c": name, "member": str(member.pk), "name": str(member)}
        try:
            return Response(
                {"peers": self._announce(stream.pk, peer | presence.parse_presence(sent))}
            )
        except redis.RedisError:
            return Response({"peers": []})

    def _announce(self, journey_id: UUID, peer: presence.Peer) -> list[presence.Peer]:
        """Show somebody to the others; return the others."""
        there = presence.active_peers(self._execute(partial(presence.request_all, journey_id)))
        known = there.pop(peer["c"], None)
        if known is not None and known["member"] != peer["member"]:
            raise Conflict("Another window has this name. Make up a new one.", code="id-taken")
        if why := presence.capacity_error([*there.values(), peer], peer["member"]):
            raise AppError(
                why, code="too-many-windows", status=429, headers={"Retry-After": RETRY_AFTER}
            )
        self._execute(partial(presence.announce, journey_id, peer))
        return list(there.values())

    def _execute(self, fill: Any) -> Any:
        with get_redis().pipeline() as pipe:
            fill(pipe)
            return pipe.execute()[-1]
