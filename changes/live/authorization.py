"""Database checks that authorize sockets when they connect and while they are open. Synchronous."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from changes.access import get_stream
from changes.queries import versions_of
from core.errors import NotFound
from core.tenancy import tenant_scope
from workspaces.access import MembershipStatus, live_sessions, membership_statuses, user_caller
from workspaces.models import User


@dataclass(frozen=True)
class SocketSession:
    """The member, stream and login session of a socket, which are rechecked while it is open."""

    workspace_id: UUID
    stream_id: UUID
    parent_id: UUID  # the stream's parent, which the socket also follows
    member_id: UUID
    name: str
    session_key: str
    membership: MembershipStatus

    @property
    def membership_key(self) -> tuple[UUID, UUID]:
        return self.stream_id, self.member_id

    @property
    def stream_ids(self) -> tuple[UUID, UUID]:
        return self.stream_id, self.parent_id


@dataclass(frozen=True)
class AccessSnapshot:
    """The current memberships, login sessions and stream versions of a number of sockets."""

    memberships: dict[tuple[UUID, UUID], MembershipStatus]  # by (stream, member)
    session_keys: set[str]
    versions: dict[UUID, int]


def authorize_socket(user: User, session: str, kind: str, stream_id: UUID) -> SocketSession:
    """Authorize a user for the socket of a stream of this kind. Raise NotFound for non-members."""
    caller = user_caller(user)
    stream = get_stream(caller, stream_id, kind=kind)
    member_id = caller.actor_for(stream.workspace_id).member_id
    membership_key = (stream_id, member_id) if member_id else None
    with tenant_scope([stream.workspace_id]):
        membership = (
            _membership_statuses({membership_key}).get(membership_key) if membership_key else None
        )
    if member_id is None or membership is None:
        raise NotFound  # the membership has just ended
    return SocketSession(
        stream.workspace_id,
        stream.pk,
        stream.parent_id or stream.pk,
        member_id,
        str(user),
        session,
        membership,
    )


def recheck_access(sessions: Collection[SocketSession]) -> AccessSnapshot:
    """Return the current memberships, sessions and versions of these sockets. Runs four queries."""
    with tenant_scope({session.workspace_id for session in sessions}):
        return AccessSnapshot(
            _membership_statuses({session.membership_key for session in sessions}),
            live_sessions({session.session_key for session in sessions}),
            versions_of({stream for session in sessions for stream in session.stream_ids}),
        )


def _membership_statuses(
    keys: Collection[tuple[UUID, UUID]],
) -> dict[tuple[UUID, UUID], MembershipStatus]:
    """Return the rights by (stream, member), including those that an appointment adds."""
    members = membership_statuses({member_id for _, member_id in keys})
    added_rights = import_string(settings.RIGHTS_BY_APPOINTMENT)(keys)
    return {
        key: replace(members[key[1]], rights=members[key[1]].rights | added_rights.get(key, set()))
        for key in keys
        if key[1] in members
    }
