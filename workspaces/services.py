"""Services for workspaces, tokens, invitations and members. Each write logs an AccessEvent."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email, validate_slug
from django.db import Error, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from core.actors import MEMBERS, Actor
from core.app_configs import declared
from core.credentials import secret_digest
from core.errors import (
    AppError,
    Conflict,
    Forbidden,
    InvalidRequest,
    NotFound,
    Unprocessable,
    app_error_from_database,
)
from core.ids import uuid7
from core.scopes import token_scopes
from core.tenancy import set_tenant_scope
from core.text import CONTROLS, find_fault, is_visible, isolated, normalize_text
from workspaces.access import ROLE_RIGHTS, member_actor
from workspaces.credentials import generate_token
from workspaces.models import AccessEvent, Invitation, Member, Role, Token, User, Workspace

MAX_TOKEN_DAYS = 366
MAX_TOKENS_PER_MEMBER = 50
INVITATION_LIFETIME = timedelta(days=7)
# Actions that can change who is responsible for something. They call settings.ACCESS_CHANGED.
ACCESS_ACTIONS = frozenset(
    {"member.end", "member.role", "invitation.accept", "workspace.time_zone"}
)


@contextmanager
def access_transaction(workspace_id: UUID, actor: Actor | None = None) -> Iterator[None]:
    """Open a durable transaction that locks a workspace's row, to change who has access to it.

    Check the actor's precondition under the lock. Convert known database errors to an AppError;
    re-raise any other.
    """
    try:
        with transaction.atomic(durable=True):
            list(Workspace.objects.select_for_update().filter(id=workspace_id))
            set_tenant_scope([workspace_id])
            if actor is not None and actor.precondition is not None:
                actor.precondition()
            yield
    except Error as error:
        refusal = app_error_from_database(
            error, gettext("Check whether it was saved before you try again.")
        )
        if refusal is None:
            raise
        raise refusal from error


def log_access_event(
    workspace_id: UUID, actor: Actor | None, action: str, subject: UUID, **data: Any
) -> None:
    AccessEvent.objects.create(
        workspace_id=workspace_id,
        actor_kind=actor.kind if actor else "user",
        actor_id=actor.id if actor else subject,
        action=action,
        subject_id=subject,
        data=data,
    )
    if action in ACCESS_ACTIONS:
        changed = import_string(settings.ACCESS_CHANGED)
        transaction.on_commit(lambda: changed(workspace_id), robust=True)


# -- workspaces


def workspace_create(
    *, name: str, slug: str, email: str, time_zone: str = "UTC"
) -> tuple[Member, str]:
    """Create an empty workspace. Return its first admin, and a password if their login is new.

    Only the server's operator calls this, so it takes no actor and checks no rights. Raise Conflict
    if the slug is taken. Log `workspace.create`.
    """
    name, slug, email = _name(name), _slug(slug), _email(email)
    time_zone = _time_zone(time_zone)
    password = ""
    with transaction.atomic(durable=True):
        if Workspace.objects.filter(slug=slug).exists():
            raise Conflict(
                gettext("A workspace “{slug}” already exists. Choose another slug.").format(
                    slug=slug
                ),
                code="slug-taken",
            )
        workspace = Workspace.objects.create(name=name, slug=slug, time_zone=time_zone)
        user = User.objects.filter(email=email).first()
        if user is None:
            password = token_urlsafe(12)
            user = User.objects.create_user(email, password)
        member = Member.objects.create(workspace=workspace, user=user, role=Role.ADMIN)
        log_access_event(workspace.id, None, "workspace.create", member.id, slug=slug)
    return member, password


def time_zone_set(*, workspace: Workspace, time_zone: str, actor: Actor) -> Workspace:
    """Set a workspace's time zone. Requires `members`. Log `workspace.time_zone` if it changes."""
    actor.require(MEMBERS)
    time_zone = _time_zone(time_zone)
    with access_transaction(workspace.id, actor):
        workspace.refresh_from_db()
        before = workspace.time_zone
        if time_zone != before:
            workspace.time_zone = time_zone
            workspace.save(update_fields=["time_zone"])
            log_access_event(
                workspace.id,
                actor,
                "workspace.time_zone",
                workspace.id,
                time_zone=time_zone,
                before=before,
            )
    return workspace


# -- tokens


def token_create(
    *,
    actor: Actor,
    kind: str = Token.Kind.PERSONAL,
    name: str,
    scopes: Sequence[str],
    days: int = 90,
) -> tuple[Token, str]:
    """Create an API token and return it with its secret, which is not stored.

    Any member can create personal tokens. Service tokens, which outlive their creator, require
    `members`. Raise Conflict if the member already has 50 valid tokens or, for a service token, the
    workspace has 50. A retry also raises Conflict, because the secret can't be shown again. Log
    `token.create`.
    """
    if kind == Token.Kind.SERVICE:
        actor.require(MEMBERS)
    elif kind != Token.Kind.PERSONAL:
        raise InvalidRequest.at("/kind", "choice", gettext("Use pat (personal) or svc (service)."))
    elif actor.kind != "member":
        raise Forbidden(
            gettext(
                "Only signed-in members can create personal tokens. Create a service token instead."
            )
        )
    name = _name(name)
    unknown = [scope for scope in scopes if scope not in token_scopes()]
    if unknown or not scopes:
        raise InvalidRequest.at(
            "/scopes",
            "choice",
            gettext("Use one or more of {scopes}.").format(scopes=", ".join(token_scopes())),
        )
    if not 1 <= days <= MAX_TOKEN_DAYS:
        raise InvalidRequest.at(
            "/days", "range", gettext("Use 1 to {maximum} days.").format(maximum=MAX_TOKEN_DAYS)
        )
    secret = generate_token(kind)
    token = Token(
        id=actor.gesture or uuid7(),
        workspace_id=actor.workspace_id,
        kind=kind,
        member_id=actor.member_id if kind == Token.Kind.PERSONAL else None,
        name=name,
        digest=secret_digest(secret),
        last4=secret[-4:],
        scopes=sorted(set(scopes)),
        expires_at=timezone.now() + timedelta(days=days),
    )
    with access_transaction(actor.workspace_id, actor):
        if Token.objects.filter(id=token.id).exists():
            raise Conflict(
                gettext(
                    "This token was already created, and its secret is shown only once. "
                    "Create a new token if you don’t have the secret."
                )
            )
        valid = Token.objects.filter(
            workspace=actor.workspace_id,
            member=token.member_id,
            revoked_at=None,
            expires_at__gt=timezone.now(),
        )
        if valid.count() >= MAX_TOKENS_PER_MEMBER:
            raise Conflict(
                gettext("There are already {n} tokens. Revoke one first.").format(
                    n=MAX_TOKENS_PER_MEMBER
                ),
                code="full",
            )
        token.save(force_insert=True)
        log_access_event(
            token.workspace_id, actor, "token.create", token.id, name=name, scopes=token.scopes
        )
    return token, secret


def token_revoke(*, token: Token, actor: Actor) -> Token:
    """Revoke a token with immediate effect. Idempotent: `token.revoke` is logged only once.

    Requires `members`, except for the member's own tokens.
    """
    if token.member_id is None or token.member_id != actor.member_id:
        actor.require(MEMBERS)
    with access_transaction(token.workspace_id, actor):
        if Token.objects.filter(id=token.id, revoked_at=None).update(revoked_at=timezone.now()):
            log_access_event(token.workspace_id, actor, "token.revoke", token.id, name=token.name)
        token.refresh_from_db()
    return token


# -- invitations


def invitation_create(*, email: str, role: str, actor: Actor) -> tuple[Invitation, str]:
    """Invite someone by e-mail. Return the invitation and the secret for its link.

    A retry with the same idempotency key returns the same link. Requires `members`. Raise Forbidden
    for service tokens, and Conflict if the person is already a member. Log `invitation.create`.
    """
    actor.require(MEMBERS)
    if actor.member_id is None:
        raise Forbidden(
            gettext("Service tokens can’t invite people. Sign in, or use a personal token.")
        )
    email, role = _email(email), _role(role)
    invitation_id = actor.gesture or uuid7()
    secret = invitation_secret(invitation_id)
    with access_transaction(actor.workspace_id, actor):
        existing = Invitation.objects.filter(id=invitation_id, workspace=actor.workspace_id).first()
        if existing is not None:
            if (existing.email, existing.role) != (email, role):
                raise Unprocessable(
                    gettext(
                        "This Idempotency-Key was already used for another invitation. Send a new one."
                    )
                )
            return existing, secret
        if _members(actor.workspace_id).filter(user__email=email).exists():
            raise Conflict(gettext("This person is already a member."), code="already-member")
        invitation = Invitation.objects.create(
            id=invitation_id,
            workspace_id=actor.workspace_id,
            email=email,
            role=role,
            digest=secret_digest(secret),
            invited_by_id=actor.member_id,
            expires_at=timezone.now() + INVITATION_LIFETIME,
        )
        log_access_event(
            actor.workspace_id, actor, "invitation.create", invitation_id, email=email, role=role
        )
    return invitation, secret


def invitation_secret(invitation_id: UUID) -> str:
    """Return the secret in an invitation's link. It is derived from the server's SECRET_KEY."""
    return salted_hmac("cxmap.invitation", str(invitation_id), algorithm="sha256").hexdigest()


def get_open_invitation(secret: str) -> Invitation:
    """Return the invitation with this secret.

    Raise NotFound if there is none. Raise an AppError with status 410 if it was used or revoked,
    has expired, or was created by a member who may no longer invite.
    """
    invitation = (
        Invitation.objects.filter(digest=secret_digest(secret))
        .select_related("workspace", "invited_by__user")
        .first()
    )
    if invitation is None:
        raise NotFound(gettext("This invitation doesn’t exist. Ask for a new link."))
    is_used = invitation.accepted_at or invitation.revoked_at
    is_over = is_used or invitation.expires_at <= timezone.now()
    if is_over or not _may_invite(invitation.invited_by):
        raise AppError(
            gettext(
                "This invitation no longer works. Ask an admin of the workspace for a new link."
            ),
            code="invitation-over",
            status=410,
        )
    return invitation


def _may_invite(member: Member) -> bool:
    return member.left_at is None and member.user.is_active and MEMBERS in ROLE_RIGHTS[member.role]


def invitation_accept(*, secret: str, user: User) -> Member:
    """Make the user a member. Log `invitation.accept`.

    Raise Forbidden if the invitation is for another e-mail address. Raises the same errors as
    get_open_invitation().
    """
    invitation = get_open_invitation(secret)
    if user.email.lower() != invitation.email:
        raise Forbidden(
            gettext("This invitation is for {email}. Sign in with that address.").format(
                email=invitation.email
            ),
            code="other-email",
        )
    with access_transaction(invitation.workspace_id):
        # Read it again, because now the lock keeps others from using it.
        return _admit(get_open_invitation(secret), user)


def invitation_signup(*, secret: str, name: str, password: str) -> User:
    """Create a login for an invited person and make them a member, in one transaction.

    Raise InvalidRequest at `/password` if the password is too weak, and Conflict if a login with
    the e-mail address already exists. Raises the same errors as get_open_invitation(). Log
    `invitation.accept`.
    """
    invitation = get_open_invitation(secret)
    user = User(email=invitation.email, name=_name(name))
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidRequest.at("/password", "weak", " ".join(error.messages)) from None
    with access_transaction(invitation.workspace_id):
        invitation = get_open_invitation(secret)
        if User.objects.filter(email=invitation.email).exists():
            raise Conflict(
                gettext(
                    "A login with this e-mail already exists. Sign in, then open the link again."
                )
            )
        user.set_password(password)
        user.save(force_insert=True)
        _admit(invitation, user)
    return user


def _admit(invitation: Invitation, user: User) -> Member:
    member = _members(invitation.workspace_id).filter(user=user).first()
    if member is None:
        member = Member.objects.create(
            workspace_id=invitation.workspace_id, user=user, role=invitation.role
        )
    Invitation.objects.filter(id=invitation.id).update(accepted_at=timezone.now())
    log_access_event(
        invitation.workspace_id, None, "invitation.accept", member.id, role=member.role
    )
    # Otherwise, a member who is removed later could rejoin with a second link.
    _revoke_open(invitation.workspace_id, Q(email__iexact=user.email), member_actor(member))
    return member


def invitation_revoke(*, invitation: Invitation, actor: Actor) -> None:
    """Revoke an invitation.

    Requires `members`. Idempotent: `invitation.revoke` is logged only once.
    """
    actor.require(MEMBERS)
    with access_transaction(invitation.workspace_id, actor):
        _revoke_open(invitation.workspace_id, Q(id=invitation.id), actor)


def _revoke_open(workspace_id: UUID, which: Q, actor: Actor) -> None:
    """Revoke all open invitations that match, and log each. The workspace must be locked."""
    matching = Invitation.objects.filter(
        which, workspace=workspace_id, accepted_at=None, revoked_at=None
    )
    invitation_ids = list(matching.values_list("id", flat=True))
    matching.update(revoked_at=timezone.now())
    for invitation_id in invitation_ids:
        log_access_event(workspace_id, actor, "invitation.revoke", invitation_id)


# -- members


def member_role_set(*, member: Member, role: str, actor: Actor) -> Member:
    """Change a member's role. Requires `members`. Log `member.role`.

    Raise Conflict for the last admin, and `two-admins` for an ombudsman (see demotions.py). Revoke the
    member's open invitations if the new role doesn't include the right to invite.
    """
    actor.require(MEMBERS)
    role = _role(role)
    with access_transaction(member.workspace_id, actor):
        member = reload_member(member)
        if member.role != role:
            _require_unprotected(member)
            change_role(member, role, actor)
    return member


def change_role(member: Member, role: str, actor: Actor) -> None:
    """Change the role of a member that reload_member() has read. Apps can refuse this with a `role_guard`."""
    for guard in declared("role_guard"):
        import_string(guard)(member, role)
    if member.role == Role.ADMIN:
        _require_another_admin(member)
    before, member.role = member.role, role
    member.save(update_fields=["role"])
    log_access_event(
        member.workspace_id, actor, "member.role", member.id, before=before, after=role
    )
    if not _may_invite(member):
        _revoke_open(member.workspace_id, Q(invited_by=member), actor)


def member_remove(*, member: Member, actor: Actor) -> Member:
    """End a membership with immediate effect. Log `member.end`.

    Requires `members`, except for the actor's own membership. Raise Conflict for the last admin, and
    `two-admins` for another member who is an ombudsman. The member's personal tokens stop working (see
    credentials.authenticate_token()). Open invitations to the member and by the member are revoked.
    """
    if member.id != actor.member_id:
        actor.require(MEMBERS)
    with access_transaction(member.workspace_id, actor):
        member = reload_member(member)
        if member.id != actor.member_id:
            _require_unprotected(member)
        end_membership(member, actor)
    return member


def end_membership(member: Member, actor: Actor) -> None:
    """End the membership of a member that reload_member() has read."""
    if member.role == Role.ADMIN:
        _require_another_admin(member)
    member.left_at = timezone.now()
    member.save(update_fields=["left_at"])
    log_access_event(member.workspace_id, actor, "member.end", member.id, role=member.role)
    to_or_by = Q(email__iexact=member.user.email) | Q(invited_by=member)
    _revoke_open(member.workspace_id, to_or_by, actor)


def _require_unprotected(member: Member) -> None:
    if member.role == Role.OMBUDSMAN:
        raise Conflict(
            gettext(
                "{name} is an ombudsman, so two admins have to agree. Ask to end the role in the list of members. "
                "Then another admin can confirm it."
            ).format(name=isolated(str(member))),
            code="two-admins",
        )


def _members(workspace_id: UUID) -> Any:
    return Member.objects.filter(workspace=workspace_id, left_at=None)


def reload_member(member: Member) -> Member:
    """Return the member's current row, read under the lock. Raise Conflict `gone` if they left."""
    current = _members(member.workspace_id).filter(id=member.id).select_related("user").first()
    if current is None:
        raise Conflict(gettext("This member has left in the meantime."), code="gone")
    return current


def _require_another_admin(member: Member) -> None:
    others = _members(member.workspace_id).filter(role=Role.ADMIN, user__is_active=True)
    if not others.exclude(id=member.id).exists():
        raise Conflict(
            gettext("A workspace needs at least one admin. Make someone else an admin first."),
            code="last-admin",
        )


def _name(value: Any) -> str:
    name = normalize_text(value) if isinstance(value, str) else ""
    if not is_visible(name) or len(name) > 120:
        raise InvalidRequest.at(
            "/name", "invalid", gettext("Enter a name of 1 to 120 visible characters.")
        )
    if fault := find_fault(name, CONTROLS):
        raise InvalidRequest.at("/name", fault.code, fault.detail)
    return name


def _time_zone(value: str) -> str:
    if value not in available_timezones():
        raise InvalidRequest.at(
            "/time_zone", "choice", gettext("Use the IANA name of a time zone, like Europe/Prague.")
        )
    return value


def _slug(value: str) -> str:
    try:
        validate_slug(value)
    except ValidationError:
        raise InvalidRequest.at(
            "/slug", "invalid", gettext("Use letters, digits, - and _ for the slug.")
        ) from None
    if len(value) > 60:
        raise InvalidRequest.at(
            "/slug", "max_length", gettext("Use at most 60 characters for the slug.")
        )
    return value


def _email(value: Any) -> str:
    email = value.strip().lower() if isinstance(value, str) else ""
    try:
        validate_email(email)
    except ValidationError:
        raise InvalidRequest.at(
            "/email", "invalid", gettext("Enter a valid e-mail address.")
        ) from None
    if len(email) > 254:
        raise InvalidRequest.at("/email", "max_length", gettext("Use at most 254 characters."))
    return email


def _role(value: Any) -> str:
    if value not in Role.values:
        raise InvalidRequest.at(
            "/role",
            "choice",
            gettext("Use one of {choices}.").format(choices=", ".join(Role.values)),
        )
    return str(value)
