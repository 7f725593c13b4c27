"""Who is asking, in which workspaces, with which rights."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal
from uuid import UUID

from django.contrib.sessions.models import Session
from django.utils import timezone

from workspaces.errors import Forbidden, NotFound
from workspaces.models import Invitation, Member, Role, Token, User, Workspace

READ = "read"
COMMENT = "comment"
CLAIM = "claim"  # for a department they belong to; ownership/access.py checks that
ANSWER = "answer"  # accept or decline what is addressed to oneself
DRAW = "draw"  # journeys and all on them
SPONSOR = "sponsor"  # may be named sponsor
FLAGS = "flags"  # acknowledge and dismiss findings of the audit
RULE = "rule"
APPOINT = "appoint"  # everywhere; producers and sponsors appoint on their own journeys
PEOPLE = "people"  # departments, persons, placements
MEMBERS = "members"  # members, invitations, tokens
MODERATE = "moderate"  # remove what others said

BASE_RIGHTS = frozenset({READ, COMMENT, CLAIM, ANSWER})
ROLE_RIGHTS: Mapping[str, frozenset[str]] = {
    Role.VIEWER: BASE_RIGHTS,
    Role.EDITOR: BASE_RIGHTS | {DRAW},
    Role.EXECUTIVE: BASE_RIGHTS | {SPONSOR, FLAGS},
    Role.OMBUDSMAN: BASE_RIGHTS | {RULE, FLAGS},
    Role.ADMIN: BASE_RIGHTS | {DRAW, FLAGS, APPOINT, PEOPLE, MEMBERS, MODERATE},
}
SCOPE_RIGHTS: Mapping[str, frozenset[str]] = {
    "maps:read": frozenset({READ}),
    "maps:write": frozenset({READ, DRAW}),
    "touchpoints:read": frozenset({READ}),
    "touchpoints:write": frozenset({READ, DRAW}),
    "ownership:read": frozenset({READ}),
    "ownership:write": frozenset({READ, CLAIM, ANSWER, FLAGS, APPOINT}),
    "comments:read": frozenset({READ}),
    "comments:write": frozenset({READ, COMMENT}),
    "people:read": frozenset({READ}),
    "people:write": frozenset({READ, PEOPLE}),
    "members:manage": frozenset({READ, MEMBERS}),
}
ALL_RIGHTS = frozenset().union(*ROLE_RIGHTS.values())


def covers(held: frozenset[str], needed: str) -> bool:
    """Say whether a scope is held; to write includes to read."""
    noun = needed.partition(":")[0]
    return needed in held or (needed.endswith(":read") and f"{noun}:write" in held)


def missing_scopes_error(*scopes: str) -> Forbidden:
    """Return the refusal of a token that lacks scopes."""
    named = "”, “".join(scopes)
    return Forbidden(f"This token needs the scope “{named}”.", code="insufficient-scope")


@dataclass(frozen=True)
class Actor:
    """One who acts in one workspace, and under which gesture id.

    A guest has the id of the share link. `gesture` is the id of the change set to be written (the
    idempotency key); `fingerprint` tells a retry of the same request from another request under
    the same id. `precondition` is called by the write under its locks, and refuses by raising
    (If-Match).
    """

    workspace_id: UUID
    kind: Literal["member", "token", "machine", "guest"]
    id: UUID | None
    rights: frozenset[str]
    member_id: UUID | None = None
    gesture: UUID | None = None
    fingerprint: str = ""
    precondition: Callable[[], None] | None = None
    scopes: frozenset[str] | None = None  # of a token; None: bounded by rights alone

    def can(self, right: str, scope: str = "") -> bool:
        """Say whether the actor has the right, and as a token the scope."""
        held = not scope or self.scopes is None or covers(self.scopes, scope)
        return held and right in self.rights

    def require(self, right: str, scope: str = "") -> None:
        """Raise Forbidden unless the actor has the right, and as a token the scope."""
        if scope and self.scopes is not None and not covers(self.scopes, scope):
            raise missing_scopes_error(scope)
        if right not in self.rights:
            raise Forbidden(
                f"This needs the right “{right}”, which your role here does not have. "
                "Ask an admin of the workspace."
            )

    def with_idempotency(self, gesture: UUID, fingerprint: str = "") -> "Actor":
        """Return the same actor writing under a gesture id that the client chose."""
        return replace(self, gesture=gesture, fingerprint=fingerprint)

    def with_precondition(self, precondition: Callable[[], None]) -> "Actor":
        """Return the same actor, who writes only if the check passes under the write's locks."""
        return replace(self, precondition=precondition)


@dataclass(frozen=True)
class Caller:
    """A login or a token, and the actor it is in each workspace it may enter."""

    actors: Mapping[UUID, Actor] = field(default_factory=dict)
    scopes: frozenset[str] | None = None  # None: a session, bounded by roles alone

    @property
    def workspace_ids(self) -> list[UUID]:
        return list(self.actors)

    def actor_for(self, workspace_id: UUID) -> Actor:
        """Return the actor for a workspace, or raise NotFound for a stranger."""
        actor = self.actors.get(workspace_id)
        if actor is None:
            raise NotFound
        return actor


def member_actor(member: Member) -> Actor:
    return Actor(
        member.workspace_id, "member", member.id, ROLE_RIGHTS[member.role], member_id=member.id
    )


def system_actor(workspace_id: UUID) -> Actor:
    """Return the actor of background work: it may do everything, in one workspace."""
    return Actor(workspace_id, "machine", None, ALL_RIGHTS)


def user_caller(user: User) -> Caller:
    """Return the caller for a login, from its current memberships. One query."""
    members = Member.objects.filter(user=user, left_at=None).order_by("created_at")
    return Caller({member.workspace_id: member_actor(member) for member in members})


def require_expected_user(user: User, expected: str | None) -> None:
    """Refuse a request of a page that was loaded by another user than the one signed in now.

    A page may stay open, and keep text to send, while somebody else signs in in the same browser.
    """
    if expected is not None and expected != str(user.pk):
        raise Forbidden(
            "Somebody else is signed in now. Sign in again as the user who opened this page.",
            code="other-user",
        )


def token_caller(token: Token) -> Caller:
    """Return the caller for a live token: its scopes, cut to its member's role as it is now."""
    rights = frozenset[str]().union(*(SCOPE_RIGHTS[scope] for scope in token.scopes))
    if token.member is not None:
        rights &= ROLE_RIGHTS[token.member.role]
    scopes = frozenset(token.scopes)
    actor = Actor(
        token.workspace_id, "token", token.id, rights, member_id=token.member_id, scopes=scopes
    )
    return Caller({token.workspace_id: actor}, scopes)


def get_workspace(caller: Caller, workspace_id: UUID, right: str = READ) -> Workspace:
    """Return a workspace the caller may enter; refuses like every get_."""
    caller.actor_for(workspace_id).require(right)
    return Workspace.objects.get(id=workspace_id)


def get_workspace_for_slug(caller: Caller, slug: str, right: str = READ) -> Workspace:
    """Return the workspace of a page's address; refuses like get_workspace."""
    workspace = Workspace.objects.filter(slug=slug, id__in=caller.workspace_ids).first()
    if workspace is None:
        raise NotFound
    caller.actor_for(workspace.id).require(right)
    return workspace


def get_workspace_for_command(slug: str) -> Workspace:
    """Return a workspace for a management command; NotFound when there is none."""
    workspace = Workspace.objects.filter(slug=slug).first()
    if workspace is None:
        raise NotFound(f"There is no workspace “{slug}”.")
    return workspace


def get_member(caller: Caller, member_id: UUID, right: str = READ) -> Member:
    """Return a current member of one of the caller's workspaces."""
    member = (
        Member.objects.filter(id=member_id, workspace__in=caller.workspace_ids, left_at=None)
        .select_related("user", "workspace")
        .first()
    )
    if member is None:
        raise NotFound
    caller.actor_for(member.workspace_id).require(right)
    return member


def get_token(caller: Caller, token_id: UUID, right: str = MEMBERS) -> Token:
    """Return an API token (live or not) of one of the caller's workspaces."""
    token = Token.objects.filter(id=token_id, workspace__in=caller.workspace_ids).first()
    if token is None:
        raise NotFound
    caller.actor_for(token.workspace_id).require(right)
    return token


def get_invitation(caller: Caller, invitation_id: UUID, right: str = MEMBERS) -> Invitation:
    """Return an invitation (open or not) to one of the caller's workspaces."""
    invitation = Invitation.objects.filter(
        id=invitation_id, workspace__in=caller.workspace_ids
    ).first()
    if invitation is None:
        raise NotFound
    caller.actor_for(invitation.workspace_id).require(right)
    return invitation


@dataclass(frozen=True)
class MembershipStatus:
    """What a membership is worth now. `secret` changes when the login's password does."""

    rights: frozenset[str]
    session_hash: str


def membership_statuses(member_ids: Collection[UUID]) -> dict[UUID, MembershipStatus]:
    """Return what memberships are worth now, without those that have ended. One query."""
    rows = Member.objects.filter(id__in=member_ids, left_at=None, user__is_active=True)
    return {
        member_id: MembershipStatus(ROLE_RIGHTS[role], password)
        for member_id, role, password in rows.values_list("id", "role", "user__password")
    }


def live_sessions(keys: Collection[str]) -> set[str]:
    """Return those of these sessions that are neither signed out nor expired. One query."""
    rows = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return set(rows.values_list("session_key", flat=True))
