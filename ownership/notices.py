"""Notices about ownership: proposals, flags for the member who can act, and escalations.

Each flag goes to the first of these who is present: the stage's director, the journey's producer, the
journey's sponsor. If none of them is, the flag goes to the members who may rule (the ombudsman). A flag about the
workspace itself goes to the members who manage access. People who are away without a stand-in come last.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext

from core.actors import MEMBERS, RULE
from core.audit_rules import audit_rules
from core.notices import NoticeDraft, Topic
from core.text import Text
from ownership import case_notices, contest_notices, handoff_notices, volunteer_notices
from ownership.chains import present_directors, present_officers, unreachable_persons
from ownership.models import Directorship, Flag
from ownership.queries import FlagSubject, flag_subjects
from people.models import Person
from workspaces.queries import members_with_right

ESCALATION_DELAY = timedelta(days=7)  # how long a critical flag stays open before it is escalated
TOPIC_OF_SEVERITY = {
    Flag.Severity.CRITICAL: Topic.CRITICAL_FLAGS,
    Flag.Severity.WARN: Topic.WARNING_FLAGS,
    Flag.Severity.INFO: Topic.INFO_FLAGS,
}

# Flags are joined by primary keys only, and directors and offices are looked up in Python (chains.py): right
# after a large import, before the tables are analyzed, PostgreSQL expects a few rows and joins
# everything in nested loops.
OPEN_FLAGS_SQL = """
    SELECT f.id, f.stream_id, coalesce(sp.stage_id, f.subject_id), f.severity, f.opened_at,
        f.subject_type = 'workspace'
    FROM ownership_flag f
    LEFT JOIN touchpoints_touchpoint t ON t.id = f.subject_id AND f.subject_type = 'touchpoint'
    LEFT JOIN journeys_step sp ON sp.id = t.step_id
    WHERE f.workspace_id = %(workspace)s AND f.state = 'open'
        AND (%(journeys)s::uuid[] IS NULL OR f.stream_id = ANY(%(journeys)s::uuid[]))
        AND (%(opened_before)s::timestamptz IS NULL
            OR f.severity = 'critical' AND f.opened_at <= %(opened_before)s::timestamptz)
        -- handoff_notices.py sends the notices about complete hand-offs
        AND NOT (f.rule = 'OWN-09' AND EXISTS (
            SELECT FROM ownership_handoff h
            WHERE h.to_stage_id = f.subject_id AND h.from_stage_id = (f.evidence->>'from_stage')::uuid
                AND h.exit_criteria <> '' AND h.entry_criteria <> ''))
"""


@dataclass(frozen=True)
class _RoutedFlag:
    """An open flag with its recipients: one list of members for each level of escalation.

    For a flag about a record of the directory, `journey_id` is the id of the workspace.
    """

    id: UUID
    journey_id: UUID
    severity: str
    opened_at: datetime
    levels: list[list[UUID]]

    @property
    def occasion(self) -> str:
        """Return a key for the flag's present opening and severity, because a flag can open more than once."""
        return f"{self.id}:{self.severity}:{self.opened_at.isoformat()}"

    @property
    def next_recipients(self) -> list[UUID]:
        """Return the members to whom the flag will be escalated, or [] if there are none.

        These are the members of the first level after levels[0] that isn't empty.
        """
        return next((level for level in self.levels[1:] if level), [])

    @property
    def due(self) -> datetime | None:
        is_escalated = self.severity == Flag.Severity.CRITICAL and self.next_recipients
        return self.opened_at + ESCALATION_DELAY if is_escalated else None


def notices_for(workspace_id: UUID, journey_ids: Collection[UUID] | None) -> list[NoticeDraft]:
    """Return the notices about proposals, volunteers, contests, cases, hand-offs and flags of these journeys.

    Covers all journeys if `journey_ids` is None. The number of queries is fixed.
    """
    flags = _routed_flags(workspace_id, journey_ids)
    drafts = [
        NoticeDraft(
            member_id=member_id,
            topic=TOPIC_OF_SEVERITY[Flag.Severity(flag.severity)],
            key=f"flag:{flag.occasion}",
            subject_type=Flag.slug,
            subject_id=flag.id,
            journey_id=flag.journey_id,
            since=flag.opened_at,
            due=flag.due,
        )
        for flag in flags
        for member_id in flag.levels[0]
    ]
    return [
        *_proposals(workspace_id, journey_ids),
        *contest_notices.notices_for(workspace_id, journey_ids),
        *case_notices.notices_for(workspace_id, journey_ids),
        *handoff_notices.notices_for(workspace_id, journey_ids),
        *volunteer_notices.notices_for(workspace_id, journey_ids),
        *drafts,
    ]


def notices_due(
    workspace_id: UUID, journey_ids: Collection[UUID] | None, now: datetime
) -> list[NoticeDraft]:
    """Return the notices about flags that have to be escalated by `now`.

    A critical flag that is open for a week also goes to its next recipients. Covers all journeys if
    `journey_ids` is None.
    """
    return [
        NoticeDraft(
            member_id=member_id,
            topic=Topic.ESCALATIONS,
            key=f"escalation:{flag.occasion}",
            subject_type=Flag.slug,
            subject_id=flag.id,
            journey_id=flag.journey_id,
            since=flag.opened_at + ESCALATION_DELAY,
        )
        for flag in _routed_flags(workspace_id, journey_ids, due_at=now)
        for member_id in flag.next_recipients
    ]


def describe_proposals(directorship_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return a line of text for each of these directorships, for e-mail. Runs one query."""
    text = gettext("You’re asked to direct “{stage}” in “{journey}”.")
    rows = Directorship.objects.filter(pk__in=directorship_ids).select_related("stage__journey")
    return {
        row.pk: text.format(stage=row.stage.title, journey=row.stage.journey.title) for row in rows
    }


def describe_flags(flag_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return a line of text for each of these flags, for e-mail. Flags whose subject was removed are left out.

    Runs two queries, plus one for each type of subject.
    """
    flags = {row.pk: row for row in Flag.objects.filter(pk__in=flag_ids)}
    return {
        pk: _describe_flag(audit_rules()[flags[pk].rule].title, subject)
        for pk, subject in flag_subjects(flags.values()).items()
    }


def _describe_flag(problem: Text, subject: FlagSubject) -> str:
    if subject.journey is None:
        return gettext("{problem}: “{subject}”.").format(problem=problem, subject=subject.title)
    return gettext("{problem}: “{subject}” in “{journey}”.").format(
        problem=problem, subject=subject.title, journey=subject.journey.title
    )


def _proposals(workspace_id: UUID, journey_ids: Collection[UUID] | None) -> Iterator[NoticeDraft]:
    rows = Directorship.objects.filter(
        workspace=workspace_id, accepted_at=None, confirmed_at=None, ended_at=None
    )
    if journey_ids is not None:
        rows = rows.filter(stream__in=journey_ids)
    rows = rows.exclude(person__member=None)
    for pk, journey_id, since, member_id in rows.values_list(
        "pk", "stream_id", "proposed_at", "person__member_id"
    ):
        yield NoticeDraft(
            member_id=member_id,
            topic=Topic.PROPOSALS,
            key=f"proposal:{pk}",
            subject_type=Directorship.slug,
            subject_id=pk,
            journey_id=journey_id,
            since=since,
        )


def _routed_flags(
    workspace_id: UUID, journey_ids: Collection[UUID] | None, *, due_at: datetime | None = None
) -> list[_RoutedFlag]:
    """Return the open flags of these journeys, or of all if `journey_ids` is None.

    With `due_at`, only the critical flags that have been open long enough at that time to be escalated.
    """
    parameters = {
        "workspace": workspace_id,
        "journeys": None if journey_ids is None else [str(pk) for pk in journey_ids],
        "opened_before": due_at and due_at - ESCALATION_DELAY,
    }
    with connection.cursor() as cursor:
        cursor.execute(OPEN_FLAGS_SQL, parameters)
        rows = cursor.fetchall()
    flagged = {journey_id for _, journey_id, *_ in rows}
    directors, offices = present_directors(flagged), present_officers(flagged)
    chains = [
        [*directors.get(stage_id, []), *offices[journey_id]] for _, journey_id, stage_id, *_ in rows
    ]
    persons = {person_id for chain in chains for person_id in chain}
    member_of = dict(Person.objects.filter(pk__in=persons).values_list("pk", "member_id"))
    last_resort = {
        is_about_workspace: members_with_right(workspace_id, right)
        for is_about_workspace, right in ((False, RULE), (True, MEMBERS))
    }
    unreachable = unreachable_persons(workspace_id)
    return [
        _RoutedFlag(
            flag_id,
            journey_id,
            severity,
            opened_at,
            _levels(chain, member_of, last_resort[is_about_workspace], unreachable),
        )
        for (flag_id, journey_id, _, severity, opened_at, is_about_workspace), chain in zip(
            rows, chains, strict=True
        )
    ]


def _levels(
    chain: Iterable[UUID],
    member_of: Mapping[UUID, UUID | None],
    last_resort: list[UUID],
    unreachable: AbstractSet[UUID],
) -> list[list[UUID]]:
    """Return the recipients by level of escalation, each member once. `last_resort` comes after the chain.

    The level of a person without a login is empty. Unreachable persons come last.
    """
    levels: list[list[UUID]] = []
    last: list[list[UUID]] = []
    for person_id in dict.fromkeys(chain):
        member_id = member_of[person_id]
        (last if person_id in unreachable else levels).append([member_id] if member_id else [])
    passed = {member_id for level in levels + last for member_id in level}
    others = [member_id for member_id in last_resort if member_id not in passed]
    return [*levels, others, *last] if others or not last else [*levels, *last]
