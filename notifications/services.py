"""Services for notices, queued e-mail and preferences.

Notices are derived from the state of the workspace, not from events: apps return the notices that should be
open now, and sync_notices() stores the difference. A missed or repeated event therefore does no harm.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext

from comments import notices as comment_notices
from core.actors import Actor
from core.errors import InvalidRequest
from core.notices import NoticeDraft
from core.tenancy import set_tenant_scope
from notifications.models import LAST_HOUR, Delivery, EmailHours, Notice, Preference
from notifications.queries import member_timings
from ownership import notices as ownership_notices
from people import notices as absence_notices
from people.queries import find_stand_ins
from webhooks import notices as webhook_notices
from workspaces import demotion_notices
from workspaces import notices as invitation_notices
from workspaces.models import Member

# The scheduled update creates notices with an older cause without sending e-mail, because they are not news. An
# example is an upgrade from a version without notices.
MAX_ANNOUNCED_AGE = timedelta(days=1)
KEPT_FOR = timedelta(days=90)  # a settled notice


@contextmanager
def notice_transaction(workspace_id: UUID) -> Iterator[None]:
    """Open a durable transaction that can read and write the notices of a workspace."""
    with transaction.atomic(durable=True):
        set_tenant_scope([workspace_id])
        yield


# -- notices


def sync_notices(workspace_id: UUID, journey_ids: Collection[UUID] | None = None) -> None:
    """Update the stored notices to match the current state.

    Covers these journeys, or the whole workspace if `journey_ids` is None. Outdated notices are settled, and
    e-mail is queued about new ones. If the whole workspace is updated, or if a notice is for a stand-in, no e-mail is
    queued about causes older than MAX_ANNOUNCED_AGE. Idempotent.
    """
    with notice_transaction(workspace_id):
        with connection.cursor() as cursor:  # two concurrent updates could undo each other
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtext('notices'), hashtext(%s))",
                [str(workspace_id)],
            )
        drafts = _current_drafts(workspace_id, journey_ids)
        stored = Notice.objects.filter(workspace=workspace_id)
        if journey_ids is not None:
            stored = stored.filter(journey__in=journey_ids)
        rows = stored.filter(settled_at=None).values_list(
            "pk", "member_id", "key", "on_behalf_of_id", named=True
        )
        unsettled = {(row.member_id, row.key): row for row in rows}
        _settle(
            {row.pk: occasion for occasion, row in unsettled.items() if occasion not in drafts},
            drafts,
        )
        new = [
            draft
            for occasion, draft in drafts.items()
            if occasion not in unsettled
            or unsettled[occasion].on_behalf_of_id != draft.on_behalf_of
        ]
        _open(workspace_id, new)
        oldest = timezone.now() - MAX_ANNOUNCED_AGE
        queue_deliveries(
            workspace_id,
            [
                (draft.member_id, draft.topic, draft.key, draft.subject_id)
                for draft in new
                if draft.is_mailed
                and (draft.since > oldest or not (journey_ids is None or draft.on_behalf_of))
            ],
        )


def _current_drafts(
    workspace_id: UUID, journey_ids: Collection[UUID] | None
) -> dict[tuple[UUID, str], NoticeDraft]:
    responsibilities = [
        *ownership_notices.notices_for(workspace_id, journey_ids),
        *ownership_notices.notices_due(workspace_id, journey_ids, timezone.now()),
    ]
    drafts = [
        *_readdress(workspace_id, responsibilities),
        *comment_notices.notices_for(workspace_id, journey_ids),
    ]
    if journey_ids is None or workspace_id in journey_ids:
        drafts += absence_notices.notices_for(workspace_id)
    if journey_ids is None:
        drafts += invitation_notices.notices_for(workspace_id)
        drafts += demotion_notices.notices_for(workspace_id)
        drafts += webhook_notices.notices_for(workspace_id)
    present = set(_present_members(workspace_id).values_list("pk", flat=True))
    return {(draft.member_id, draft.key): draft for draft in drafts if draft.member_id in present}


def _readdress(workspace_id: UUID, drafts: Iterable[NoticeDraft]) -> list[NoticeDraft]:
    """Address the notices of absent members to their stand-ins.

    A member's own notices come last, so that they replace delegated ones with the same key.
    """
    stand_ins = {
        person.member_id: stand_in.member_id
        for person, stand_in in find_stand_ins(workspace_id).items()
        if stand_in and stand_in.member_id
    }
    own, delegated = [], []
    for draft in drafts:
        if stand_in_id := stand_ins.get(draft.member_id):
            delegated.append(replace(draft, member_id=stand_in_id, on_behalf_of=draft.member_id))
        else:
            own.append(draft)
    return delegated + own


def _present_members(workspace_id: UUID) -> Any:
    return Member.objects.filter(workspace=workspace_id, left_at=None, user__is_active=True)


def _settle(gone: Mapping[UUID, tuple[UUID, str]], drafts: Iterable[tuple[UUID, str]]) -> None:
    """Settle notices: as superseded if their matter now waits for another member, otherwise as done.

    `gone` has (member, key) by the notice's id. `drafts` has the same for the notices that should be open.
    """
    still_waiting = {key for _, key in drafts}
    superseded = [pk for pk, (_, key) in gone.items() if key in still_waiting]
    done = [pk for pk, (_, key) in gone.items() if key not in still_waiting]
    for pks, outcome in ((superseded, Notice.Outcome.SUPERSEDED), (done, Notice.Outcome.DONE)):
        Notice.objects.filter(pk__in=pks).update(settled_at=Now(), outcome=outcome)


def _open(workspace_id: UUID, drafts: list[NoticeDraft]) -> None:
    """Store notices. Settled notices with the same key are reopened, unless the member has seen them."""
    seen = set(
        Notice.objects.filter(
            member__in={draft.member_id for draft in drafts},
            key__in=[draft.key for draft in drafts],
            outcome=Notice.Outcome.SEEN,
        ).values_list("member_id", "key")
    )
    rows = [
        Notice(
            workspace_id=workspace_id,
            member_id=draft.member_id,
            on_behalf_of_id=draft.on_behalf_of,
            topic=draft.topic,
            key=draft.key,
            subject_type=draft.subject_type,
            subject_id=draft.subject_id,
            journey=draft.journey_id,
            since=draft.since,
            due=draft.due,
        )
        for draft in drafts
        if (draft.member_id, draft.key) not in seen
    ]
    Notice.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["member", "key"],
        update_fields=["on_behalf_of", "since", "due", "settled_at", "outcome"],
        batch_size=1000,
    )


def notice_mark_seen(*, notice: Notice, actor: Actor) -> None:
    """Mark a notice as seen by its member, which settles it. Idempotent."""
    with notice_transaction(actor.workspace_id):
        Notice.objects.filter(pk=notice.pk, member=actor.member_id, settled_at=None).update(
            seen_at=Now(), settled_at=Now(), outcome=Notice.Outcome.SEEN
        )


def notices_prune(workspace_id: UUID) -> None:
    """Delete notices that were settled more than KEPT_FOR ago, unless their cause still exists.

    A notice whose cause still exists is kept, so that it isn't created again after the member has seen it.
    """
    with notice_transaction(workspace_id):
        old = Notice.objects.filter(workspace=workspace_id, settled_at__lt=Now() - KEPT_FOR)
        rows = list(old.values_list("pk", "member_id", "key"))
        waiting = _current_drafts(workspace_id, None) if rows else {}
        gone = [pk for pk, member_id, key in rows if (member_id, key) not in waiting]
        Notice.objects.filter(pk__in=gone).delete()


# -- e-mail


def queue_deliveries(workspace_id: UUID, items: Iterable[tuple[UUID, str, str, UUID]]) -> None:
    """Queue e-mail about (member, topic, key, subject) items, as each member prefers. Idempotent.

    Items for members who have left, or who want no e-mail about the topic, are skipped.
    """
    items = list(items)
    members = _present_members(workspace_id).filter(pk__in={item[0] for item in items})
    timings = member_timings(members.select_related("user", "workspace"))
    now = timezone.now()
    rows = []
    for member_id, topic, key, subject_id in items:
        scheduled = timings[member_id].schedule(topic, now) if member_id in timings else None
        if scheduled:
            kind, due_at = scheduled
            rows.append(
                Delivery(
                    workspace_id=workspace_id,
                    member_id=member_id,
                    topic=topic,
                    key=key,
                    subject_id=subject_id,
                    kind=kind,
                    due_at=due_at,
                )
            )
    Delivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


# -- preferences


def preferences_set(
    *,
    timings: Mapping[str, str],
    digest_hour: int,
    quiet_from: int | None,
    quiet_until: int | None,
    actor: Actor,
) -> None:
    """Set when the acting member gets e-mail: the timing for each topic, and the hours.

    E-mail that is already queued about topics that are turned off isn't sent. Does nothing if the actor isn't a
    member. Raises InvalidRequest for an invalid hour, or if only one end of the quiet hours is given.
    """
    hours = {"digest_hour": digest_hour, "quiet_from": quiet_from, "quiet_until": quiet_until}
    for name, hour in hours.items():
        if hour is not None and not 0 <= hour <= LAST_HOUR:
            raise InvalidRequest.at(f"/{name}", "range", gettext("Use an hour from 0 to 23."))
    if (quiet_from is None) != (quiet_until is None):
        raise InvalidRequest.at(
            "/quiet_until",
            "required",
            gettext("Choose when quiet hours start and when they end, or neither."),
        )
    if actor.member_id is None:
        return
    with notice_transaction(actor.workspace_id):
        _set_timings(actor.workspace_id, actor.member_id, timings)
        EmailHours.objects.update_or_create(
            member_id=actor.member_id,
            workspace_id=actor.workspace_id,
            defaults=hours,
        )


def unsubscribe(*, member: Member, topics: Iterable[str]) -> None:
    """Turn off a member's e-mail about topics. Checks no right, because the view has checked the signed link."""
    with notice_transaction(member.workspace_id):
        _set_timings(member.workspace_id, member.pk, dict.fromkeys(topics, Preference.Timing.NEVER))


def _set_timings(workspace_id: UUID, member_id: UUID, timings: Mapping[str, str]) -> None:
    Preference.objects.bulk_create(
        [
            Preference(workspace_id=workspace_id, member_id=member_id, topic=topic, timing=timing)
            for topic, timing in timings.items()
        ],
        update_conflicts=True,
        unique_fields=["member", "topic"],
        update_fields=["timing"],
    )
    off = [topic for topic, timing in timings.items() if timing == Preference.Timing.NEVER]
    Delivery.objects.filter(member=member_id, topic__in=off, settled_at=None).update(
        settled_at=Now()
    )
