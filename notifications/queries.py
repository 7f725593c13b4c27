"""Queries for notices and preferences. Call them inside `tenant_scope()` or a transaction."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet

from comments.models import Comment
from comments.queries import threads_awaiting
from core.actors import Actor
from notifications.models import EmailHours, Notice, Preference
from notifications.timing import DEFAULT_TIMINGS, MemberTiming
from ownership import contest_notices
from ownership.case_notices import waiting_cases
from ownership.handoff_notices import waiting_handoffs
from ownership.models import Case, Directorship, Flag, HandOff, Volunteer
from ownership.queries import waiting_flags, waiting_proposals
from ownership.volunteer_notices import waiting_volunteers
from people.models import Absence
from people.notices import absences_to_cover
from webhooks.notices import WEBHOOK, disabled_webhooks
from workspaces.access import member_actor
from workspaces.demotion_notices import DEMOTION
from workspaces.models import Invitation, Member
from workspaces.notices import INVITATION
from workspaces.queries import pending_demotions

MAX_COUNTED = 100  # from here on, the interface shows "99+"


# By type, the subjects that need an actor's attention now
WAITING_SUBJECTS: Mapping[str, Callable[[Actor], QuerySet[Any]]] = {
    Directorship.slug: lambda actor: waiting_proposals(actor.workspace_id),
    Flag.slug: lambda actor: waiting_flags(actor.workspace_id),
    Comment.slug: threads_awaiting,
    **contest_notices.WAITING_SUBJECTS,
    Case.slug: waiting_cases,
    HandOff.slug: waiting_handoffs,
    DEMOTION: lambda actor: pending_demotions(actor.workspace_id),
    Volunteer.slug: lambda actor: waiting_volunteers(actor.workspace_id),
    Absence.slug: absences_to_cover,
    WEBHOOK: lambda actor: disabled_webhooks(actor.workspace_id),
}


def open_notices(actor: Actor, **filters: Any) -> list[Notice]:
    """Return the actor's open notices, their own and then those as a stand-in by member, each the oldest first.

    Notices about something that the actor has just done are left out, even if the follower has not settled them
    yet. Runs one query, plus one for each member who is away and type of subject that has notices.
    """
    rows = Notice.objects.filter(**filters).select_related("on_behalf_of__user")
    return _still_waiting(
        actor, rows.order_by(F("on_behalf_of").asc(nulls_first=True), "since", "pk")
    )


def open_notice_count(actor: Actor) -> int:
    """Return the number of the actor's open notices, their own and as a stand-in, at most MAX_COUNTED.

    Leaves out the same notices and runs as many queries as open_notices(). Returns 0 without queries if the actor
    isn't a member.
    """
    if not actor.member_id:
        return 0
    return len(_still_waiting(actor, Notice.objects.all(), MAX_COUNTED))


def _still_waiting(
    actor: Actor, notices: QuerySet[Notice], limit: int | None = None
) -> list[Notice]:
    """Return the actor's notices, of these, whose subjects wait for the actor or for whom they stand in."""
    rows = notices.filter(member=actor.member_id, settled_at=None).select_related("on_behalf_of")
    subjects: dict[Member | None, list[tuple[str, UUID]]] = defaultdict(list)
    for row in (listed := list(rows[:limit])):
        subjects[row.on_behalf_of].append((row.subject_type, row.subject_id))
    waiting = {
        member: _waiting(member_actor(member) if member else actor, found)
        for member, found in subjects.items()
    }
    return [
        row for row in listed if (row.subject_type, row.subject_id) in waiting[row.on_behalf_of]
    ]


def _waiting(actor: Actor, subjects: Collection[tuple[str, UUID]]) -> set[tuple[str, UUID]]:
    """Return those of the subjects that need the actor's attention now, by type and id."""
    waiting = {(slug, pk) for slug, pk in subjects if slug == INVITATION}
    for slug, find in WAITING_SUBJECTS.items():
        ids = [pk for named, pk in subjects if named == slug]
        if ids:
            found = find(actor).order_by().filter(pk__in=ids).values_list("pk", flat=True)
            waiting |= {(slug, pk) for pk in found}
    return waiting


def accepted_invitations(notices: Iterable[Notice]) -> list[Notice]:
    """Return those of these notices that are about accepted invitations, newest first.

    Each notice has the attribute `invitation`.
    """
    rows = [row for row in notices if row.subject_type == INVITATION]
    invitations = Invitation.objects.in_bulk([row.subject_id for row in rows])
    for row in rows:
        row.invitation = invitations[row.subject_id]  # type: ignore[attr-defined]
    return sorted(rows, key=lambda row: row.since, reverse=True)


def member_timings(members: Iterable[Member]) -> dict[UUID, MemberTiming]:
    """Return the preferences of members by member id.

    The members' user and workspace must be selected (select_related). Runs two queries.
    """
    by_id = {member.pk: member for member in members}
    timings: dict[UUID, dict[str, str]] = defaultdict(lambda: dict(DEFAULT_TIMINGS))
    for row in Preference.objects.filter(member__in=by_id):
        timings[row.member_id][row.topic] = row.timing
    hours = {row.member_id: row for row in EmailHours.objects.filter(member__in=by_id)}
    found = {}
    for pk, member in by_id.items():
        own = hours.get(pk) or EmailHours()
        zone = ZoneInfo(member.user.time_zone or member.workspace.time_zone)
        found[pk] = MemberTiming(
            zone, timings[pk], own.digest_hour, own.quiet_from, own.quiet_until
        )
    return found
