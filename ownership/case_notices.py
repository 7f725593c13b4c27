"""Notices about cases: for the one who should answer, and for those who may close an answered case.

A case that nobody has answered waits for the stage's director. Once it is overdue, it also goes to the journey's
producer, and after as many days again to its sponsor. People who are absent or have no login are skipped. People who
are away without a stand-in come last.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from core.actors import RULE, Actor
from core.notices import NoticeDraft, Topic
from ownership.chains import present_directors, present_officers, unreachable_persons
from ownership.models import Case
from people.models import Person
from people.queries import current_placements
from workspaces.queries import members_with_right, time_zone_of


def notices_for(workspace_id: UUID, journey_ids: Collection[UUID] | None) -> list[NoticeDraft]:
    """Return the notices about the open cases of these journeys, or of all if it is None.

    The number of queries is fixed.
    """
    cases = Case.objects.filter(workspace=workspace_id, closed_at=None)
    if journey_ids is not None:
        cases = cases.filter(stream__in=journey_ids)
    rows = list(cases.order_by("pk"))
    if not rows:
        return []
    answered = [row for row in rows if row.answered_at]
    unanswered = [row for row in rows if not row.answered_at]
    return [*_to_answer(workspace_id, unanswered), *_to_close(workspace_id, answered)]


def _to_answer(workspace_id: UUID, cases: list[Case]) -> Iterator[NoticeDraft]:
    """Ask the director to answer, and each time that the answer is overdue the next person above them, too."""
    now, zone = timezone.now(), time_zone_of(workspace_id)
    levels_of = _levels(workspace_id, cases)
    for case in cases:
        for level, member_id in enumerate(levels_of[case.pk]):
            since = _level_begins(case, level, zone)
            if since <= now:
                yield _draft(
                    member_id,
                    f"case-opened:{case.pk}",
                    case,
                    since,
                    due=_end_of(case.due_on, zone),
                )


def _level_begins(case: Case, level: int, zone: ZoneInfo) -> datetime:
    """Return the time from which a case goes to the person at a level of its chain."""
    if level == 0:
        return case.opened_at
    opened_on = case.opened_at.astimezone(zone).date()
    return _end_of(case.due_on + (level - 1) * (case.due_on - opened_on), zone)


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)


def _levels(workspace_id: UUID, cases: list[Case]) -> dict[UUID, list[UUID]]:
    """Return the members whom each case goes to, in this order: director, producer and sponsor."""
    journeys = {case.stream_id for case in cases}
    directors, offices = present_directors(journeys), present_officers(journeys)
    chains = {
        case.pk: dict.fromkeys([*directors.get(case.stage_id, []), *offices[case.stream_id]])
        for case in cases
    }
    persons = {person_id for chain in chains.values() for person_id in chain}
    unreachable = unreachable_persons(workspace_id)
    logins = Person.objects.filter(pk__in=persons, member__isnull=False)
    member_of = dict(logins.values_list("pk", "member_id"))
    return {
        pk: [
            member_of[person_id]
            for person_id in sorted(chain, key=unreachable.__contains__)
            if person_id in member_of
        ]
        for pk, chain in chains.items()
    }


def _to_close(workspace_id: UUID, cases: list[Case]) -> Iterator[NoticeDraft]:
    """Ask the ombudsmen to close an answered case, except those in the department concerned."""
    concerned = defaultdict(set)
    placements = current_placements(workspace_id).filter(
        department__in={case.department_id for case in cases}, person__member__isnull=False
    )
    for department_id, member_id in placements.values_list("department", "person__member_id"):
        concerned[department_id].add(member_id)
    ombudsmen = members_with_right(workspace_id, RULE)
    for case in cases:
        for member_id in ombudsmen:
            if case.answered_at and member_id not in concerned[case.department_id]:
                yield _draft(member_id, f"case-answered:{case.pk}", case, case.answered_at)


def _draft(
    member_id: UUID, key: str, case: Case, since: datetime, due: datetime | None = None
) -> NoticeDraft:
    return NoticeDraft(
        member_id=member_id,
        topic=Topic.CASES,
        key=key,
        subject_type=Case.slug,
        subject_id=case.pk,
        journey_id=case.stream_id,
        since=since,
        due=due,
    )


def waiting_cases(actor: Actor) -> QuerySet[Case]:
    """Return the open cases that an actor may have to answer or close.

    Answered cases are included only if the actor can close cases.
    """
    cases = Case.objects.filter(workspace=actor.workspace_id, closed_at=None)
    return cases if actor.can(RULE) else cases.filter(answered_at=None)


def describe_cases(case_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return a line of text for each of these cases, for the inbox and e-mail. Runs one query."""
    to_answer = gettext("A case about “{stage}” in “{journey}” waits for an answer.")
    to_close = gettext(
        "The case about “{stage}” in “{journey}” was answered. Read the answer, and close the case."
    )
    rows = Case.objects.filter(pk__in=case_ids).select_related("stage__journey")
    return {
        row.pk: (to_close if row.answered_at else to_answer).format(
            stage=row.stage.title, journey=row.stage.journey.title
        )
        for row in rows
    }
