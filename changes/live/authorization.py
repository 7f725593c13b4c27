"""What the database says about sockets: who comes in, and what they may do now. No asyncio."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from changes.access import get_journey_stream
from changes.queries import versions_of
from core.errors import NotFound
from core.tenancy import tenant_scope
from workspaces.access import MembershipStatus, live_sessions, membership_statuses, user_caller
from workspaces.models import User


@dataclass(frozen=True)
class SocketSession:
    """Who came in, where, by which login: what is looked at again while the socket is open."""

    workspace_id: UUID
    journey_id: UUID
    member_id: UUID
    name: str
    session_key: str
    membership: MembershipStatus

    @property
    def membership_key(self) -> tuple[UUID, UUID]:
        return self.journey_id, self.member_id

    @property
    def stream_ids(self) -> tuple[UUID, UUID]:
        return self.journey_id, self.workspace_id


@dataclass(frozen=True)
class AccessSnapshot:
    """What holds for some entries at one moment."""

    memberships: dict[tuple[UUID, UUID], MembershipStatus]  # by journey and member
    session_keys: set[str]
    versions: dict[UUID, int]


def authorize_socket(user: User, session: str, journey_id: UUID) -> SocketSession:
    """Return who comes in to a journey; refuses a stranger as every get_ does."""
    caller = user_caller(user)
    stream = get_journey_stream(caller, journey_id)
    member_id = caller.actor_for(stream.workspace_id).member_id
    seat = (journey_id, member_id) if member_id else None
    with tenant_scope([stream.workspace_id]):
        standing = _membership_statuses({seat}).get(seat) if seat else None
    if member_id is None or standing is None:
        raise NotFound  # ended in this very moment
    return SocketSession(stream.workspace_id, journey_id, member_id, str(user), session, standing)


def recheck_access(entries: Collection[SocketSession]) -> AccessSnapshot:
    """Read memberships, offices, sessions and versions for all of them. Four queries."""
    with tenant_scope({entry.workspace_id for entry in entries}):
        return AccessSnapshot(
            _membership_statuses({entry.membership_key for entry in entries}),
            live_sessions({entry.session_key for entry in entries}),
            versions_of({stream for entry in entries for stream in entry.stream_ids}),
        )


def _membership_statuses(
    seats: Collection[tuple[UUID, UUID]],
) -> dict[tuple[UUID, UUID], MembershipStatus]:
    """Return what memberships are worth, each in a journey: an office may add rights there."""
    members = membership_statuses({member_id for _, member_id in seats})
    added = import_string(settings.RIGHTS_BY_APPOINTMENT)(seats)
    return {
        seat: replace(members[seat[1]], rights=members[seat[1]].rights | added.get(seat, set()))
        for seat in seats
        if seat[1] in members
    }
