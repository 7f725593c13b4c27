"""Callers and actors for logins and tokens, and access-checked lookups of workspaces and members.

All `get_` functions that take a caller raise NotFound for objects that the caller can't see, and
Forbidden if the caller can see the object but lacks the right.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext

from core.actors import (
    ANSWER,
    APPOINT,
    CLAIM,
    COMMENT,
    DRAW,
    FLAGS,
    MEMBERS,
    MODERATE,
    PEOPLE,
    READ,
    RULE,
    SPONSOR,
    WEBHOOKS,
    Actor,
    Caller,
)
from core.errors import NotFound
from core.scopes import token_scopes
from core.tenancy import ensure_tenant_scope
from workspaces.job_kinds import JOB_KINDS
from workspaces.models import Demotion, File, Invitation, Job, Member, Role, Token, User, Workspace

BASE_RIGHTS = frozenset({READ, COMMENT, CLAIM, ANSWER})
ROLE_RIGHTS: Mapping[str, frozenset[str]] = {
    Role.VIEWER: BASE_RIGHTS,
    Role.EDITOR: BASE_RIGHTS | {DRAW},
    Role.EXECUTIVE: BASE_RIGHTS | {SPONSOR, FLAGS},
    Role.OMBUDSMAN: BASE_RIGHTS | {RULE, FLAGS},
    Role.ADMIN: BASE_RIGHTS | {DRAW, FLAGS, APPOINT, PEOPLE, MEMBERS, MODERATE, WEBHOOKS},
}
ALL_RIGHTS = frozenset().union(*ROLE_RIGHTS.values())


def member_actor(member: Member) -> Actor:
    return Actor(
        member.workspace_id, "member", member.id, ROLE_RIGHTS[member.role], member_id=member.id
    )


def system_actor(workspace_id: UUID) -> Actor:
    """Return the actor for background work, which has all rights in one workspace."""
    return Actor(workspace_id, "machine", None, ALL_RIGHTS)


def user_caller(user: User) -> Caller:
    """Return the caller for a login, with an actor for each current membership. Runs one query."""
    members = Member.objects.filter(user=user, left_at=None).order_by("created_at")
    return Caller({member.workspace_id: member_actor(member) for member in members})


def token_caller(token: Token) -> Caller:
    """Return the caller for a valid token.

    The caller has the rights of the token's scopes. A personal token is also limited to the rights of its
    member's current role. Scopes that no app declares give no rights.
    """
    held = [token_scopes()[scope] for scope in token.scopes if scope in token_scopes()]
    rights = frozenset[str]().union(*(scope.rights for scope in held))
    if token.member is not None:
        rights &= ROLE_RIGHTS[token.member.role]
    scopes = frozenset(token.scopes)
    actor = Actor(
        token.workspace_id, "token", token.id, rights, member_id=token.member_id, scopes=scopes
    )
    return Caller({token.workspace_id: actor}, scopes)


def get_workspace(caller: Caller, workspace_id: UUID, right: str = READ) -> Workspace:
    """Return one of the caller's workspaces by id."""
    caller.actor_for(workspace_id).require(right)
    return Workspace.objects.get(id=workspace_id)


def get_workspace_for_slug(caller: Caller, slug: str, right: str = READ) -> Workspace:
    """Return one of the caller's workspaces by the slug in a page's URL."""
    workspace = Workspace.objects.filter(slug=slug, id__in=caller.workspace_ids).first()
    if workspace is None:
        raise NotFound
    caller.actor_for(workspace.id).require(right)
    return workspace


def get_workspace_for_command(slug: str) -> Workspace:
    """Return a workspace by slug for a management command. Raise NotFound if it doesn't exist."""
    workspace = Workspace.objects.filter(slug=slug).first()
    if workspace is None:
        raise NotFound(gettext("There is no workspace “{slug}”. Check the slug.").format(slug=slug))
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
    """Return an API token of one of the caller's workspaces, even if it is no longer valid."""
    token = Token.objects.filter(id=token_id, workspace__in=caller.workspace_ids).first()
    if token is None:
        raise NotFound
    caller.actor_for(token.workspace_id).require(right)
    return token


def get_invitation(caller: Caller, invitation_id: UUID, right: str = MEMBERS) -> Invitation:
    """Return an invitation to one of the caller's workspaces, even if it is no longer open."""
    invitation = Invitation.objects.filter(
        id=invitation_id, workspace__in=caller.workspace_ids
    ).first()
    if invitation is None:
        raise NotFound
    caller.actor_for(invitation.workspace_id).require(right)
    return invitation


def get_demotion(caller: Caller, demotion_id: UUID, right: str = MEMBERS) -> Demotion:
    """Return a demotion in one of the caller's workspaces, whether or not it is settled.

    Raises NotFound, or Forbidden if the caller lacks the right.
    """
    with ensure_tenant_scope(caller.workspace_ids):
        demotion = (
            Demotion.objects.filter(id=demotion_id, workspace__in=caller.workspace_ids)
            .select_related("member__user", "asked_by__user")
            .first()
        )
    if demotion is None:
        raise NotFound
    caller.actor_for(demotion.workspace_id).require(right)
    return demotion


def get_file(caller: Caller, file_id: UUID) -> File:
    """Return a file of one of the caller's workspaces. A token needs the file's scopes."""
    with ensure_tenant_scope(caller.workspace_ids):
        file = File.objects.filter(id=file_id, workspace__in=caller.workspace_ids).first()
    if file is None:
        raise NotFound
    caller.actor_for(file.workspace_id).require(READ, *file.scopes)
    return file


def get_job(caller: Caller, job_id: UUID) -> Job:
    """Return a job of one of the caller's workspaces. Requires the right and scopes of its kind."""
    with ensure_tenant_scope(caller.workspace_ids):
        job = Job.objects.filter(id=job_id, workspace__in=caller.workspace_ids).first()
    if job is None or job.kind not in JOB_KINDS:
        raise NotFound
    kind = JOB_KINDS[job.kind]
    caller.actor_for(job.workspace_id).require(kind.right, *kind.scopes)
    return job


@dataclass(frozen=True)
class MembershipStatus:
    """The rights of a membership. `session_hash` changes when the password changes."""

    rights: frozenset[str]
    session_hash: str


def membership_statuses(member_ids: Collection[UUID]) -> dict[UUID, MembershipStatus]:
    """Return the statuses of current memberships by member id. Runs one query.

    Memberships that have ended, or whose login is disabled, are left out.
    """
    rows = Member.objects.filter(id__in=member_ids, left_at=None, user__is_active=True)
    return {
        member_id: MembershipStatus(ROLE_RIGHTS[role], password)
        for member_id, role, password in rows.values_list("id", "role", "user__password")
    }


def live_sessions(keys: Collection[str]) -> set[str]:
    """Return the session keys among these whose session exists and has not expired. Runs one query."""
    rows = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return set(rows.values_list("session_key", flat=True))
