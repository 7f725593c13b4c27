"""Services that take the role of ombudsman from a member. One admin asks, and another one confirms.

This protects ombudsmen, who raise cases against colleagues. They can still leave on their own.
"""

from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from core.actors import MEMBERS, Actor
from core.errors import Conflict, Forbidden, InvalidRequest, Unprocessable
from core.ids import uuid7
from core.text import find_fault, is_visible, isolated, normalize_text
from workspaces.models import AccessEvent, Demotion, Member, Role
from workspaces.queries import pending_demotions
from workspaces.services import (
    access_transaction,
    change_role,
    end_membership,
    log_access_event,
    reload_member,
)

CONFIRMATION_PERIOD = timedelta(days=14)
# A new admin can't confirm for this long. Otherwise, an admin could appoint a second one just to confirm.
NEW_ADMIN_PERIOD = timedelta(days=14)
MAX_REASON_LENGTH = 500
ROLES = [(role.value, role.label) for role in Role if role != Role.OMBUDSMAN]


def _read_reason(reason: str) -> str:
    text = normalize_text(reason)
    if fault := find_fault(text):
        raise InvalidRequest.at("/reason", fault.code, fault.detail)
    if not is_visible(text) or len(text) > MAX_REASON_LENGTH:
        message = gettext("Enter a reason of at most {n} characters.").format(n=MAX_REASON_LENGTH)
        raise InvalidRequest.at("/reason", "invalid", message)
    return text


def demotion_ask(*, member: Member, role: str, reason: str, actor: Actor) -> Demotion:
    """Ask the other admins to confirm that an ombudsman gets another role. If `role` is empty, the membership ends.

    Requires `members`; service tokens can't ask. Raises InvalidRequest for an unknown role or a blank reason. Raises
    Conflict `not-ombudsman`, `demotion-pending` or, if no other admin could confirm, `no-second-admin`. Logs
    `demotion.ask`.
    """
    asked_by = _require_admin(actor)
    if role and role not in dict(ROLES):
        raise InvalidRequest.at("/role", "choice", gettext("Choose one of the roles."))
    reason = _read_reason(reason)
    demotion_id = actor.gesture or uuid7()
    with access_transaction(member.workspace_id, actor):
        existing = Demotion.objects.filter(id=demotion_id).first()
        if existing is not None:
            if (existing.member_id, existing.role, existing.reason) != (member.id, role, reason):
                raise Unprocessable(
                    gettext("This Idempotency-Key was already used. Send a new one.")
                )
            return existing
        member = _reload_ombudsman(member)
        if pending_demotions(member.workspace_id).filter(member=member).exists():
            raise Conflict(
                gettext("An admin has already asked for this. Another admin has to confirm it."),
                code="demotion-pending",
            )
        if not _other_admins(member.workspace_id, asked_by).exists():
            raise Conflict(
                gettext(
                    "Another admin has to confirm this, but you’re the only one. Make somebody else an admin, who "
                    "can then confirm it after {n} days."
                ).format(n=NEW_ADMIN_PERIOD.days),
                code="no-second-admin",
            )
        demotion = Demotion.objects.create(
            id=demotion_id,
            workspace_id=member.workspace_id,
            member=member,
            role=role,
            reason=reason,
            asked_by_id=asked_by,
            expires_at=timezone.now() + CONFIRMATION_PERIOD,
        )
        log_access_event(
            member.workspace_id,
            actor,
            "demotion.ask",
            demotion.id,
            member=str(member.id),
            role=role,
        )
    return demotion


def demotion_confirm(*, demotion: Demotion, actor: Actor) -> Demotion:
    """Confirm a demotion that another admin asked for. It takes effect immediately. Returns the demotion.

    Requires `members`. Raises Forbidden `own-demotion` for the admin who asked, and `new-admin` for members who have
    been admins for less than NEW_ADMIN_PERIOD. Raises Conflict `demotion-over` or `not-ombudsman`. Logs
    `demotion.confirm`, and then `member.role` or `member.end`.
    """
    member_id = _require_admin(actor)
    with access_transaction(demotion.workspace_id, actor):
        demotion = _reload_pending(demotion)
        if demotion.asked_by_id == member_id:
            raise Forbidden(
                gettext("You asked for this yourself, so another admin has to confirm it."),
                code="own-demotion",
            )
        if _is_new_admin(demotion.workspace_id, member_id):
            raise Forbidden(
                gettext(
                    "You’ve been an admin for less than {n} days. Ask another admin to confirm this."
                ).format(n=NEW_ADMIN_PERIOD.days),
                code="new-admin",
            )
        member = _reload_ombudsman(demotion.member)
        demotion.confirmed_by_id = member_id
        demotion.settled_at = timezone.now()
        demotion.save(update_fields=["confirmed_by", "settled_at"])
        log_access_event(demotion.workspace_id, actor, "demotion.confirm", demotion.id)
        if demotion.role:
            change_role(member, demotion.role, actor)
        else:
            end_membership(member, actor)
    return demotion


def demotion_withdraw(*, demotion: Demotion, actor: Actor) -> Demotion:
    """Withdraw a demotion, so that the ombudsman keeps the role. Returns the demotion.

    Requires `members`. Raises Conflict `demotion-over`. Logs `demotion.withdraw`.
    """
    actor.require(MEMBERS)
    with access_transaction(demotion.workspace_id, actor):
        demotion = _reload_pending(demotion)
        demotion.settled_at = timezone.now()
        demotion.save(update_fields=["settled_at"])
        log_access_event(demotion.workspace_id, actor, "demotion.withdraw", demotion.id)
    return demotion


def _require_admin(actor: Actor) -> UUID:
    actor.require(MEMBERS)
    if actor.member_id is None:
        raise Forbidden(gettext("Only a member can do this. Sign in, or use a personal token."))
    return actor.member_id


def _other_admins(workspace_id: UUID, admin_id: UUID) -> QuerySet[Member]:
    admins = Member.objects.filter(
        workspace=workspace_id, role=Role.ADMIN, left_at=None, user__is_active=True
    )
    return admins.exclude(id=admin_id)


def _is_new_admin(workspace_id: UUID, member_id: UUID) -> bool:
    """Return whether a member's role or membership began less than NEW_ADMIN_PERIOD ago."""
    return AccessEvent.objects.filter(
        workspace=workspace_id,
        subject_id=member_id,
        action__in=("member.role", "invitation.accept"),
        at__gt=timezone.now() - NEW_ADMIN_PERIOD,
    ).exists()


def _reload_ombudsman(member: Member) -> Member:
    member = reload_member(member)
    if member.role != Role.OMBUDSMAN:
        raise Conflict(
            gettext("{name} isn’t an ombudsman. One admin can change their role.").format(
                name=isolated(str(member))
            ),
            code="not-ombudsman",
        )
    return member


def _reload_pending(demotion: Demotion) -> Demotion:
    """Return the demotion, read under the lock. Raises Conflict `demotion-over` if it isn't pending."""
    current = pending_demotions(demotion.workspace_id).filter(id=demotion.id).first()
    if current is None:
        raise Conflict(
            gettext("This request was confirmed or withdrawn, or it has expired."),
            code="demotion-over",
        )
    return current
