"""Services that record, change and end absences.

An absence starts and ends by its dates, in the workspace's time zone, so no task has to write anything. A stand-in gets
the notices of the absent person, but none of their rights.
"""

from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext

from changes.services import Recorder, change_set
from core.actors import Actor
from core.errors import Conflict, InvalidRequest
from core.text import isolated
from people.access import require_may_set_absence
from people.models import Absence, Person
from people.queries import has_left
from workspaces.models import Member
from workspaces.queries import today_in

ONE_DAY = timedelta(days=1)

# The stand-ins on any day of an absence. If a stand-in is absent as well, their own stand-in is included.
STAND_INS_SQL = """
    WITH RECURSIVE stand_in (person_id, days) AS (
        SELECT stand_in_id, daterange(since, until, '[]') FROM people_absence WHERE id = %(absence)s
        UNION
        SELECT absence.stand_in_id, stand_in.days * daterange(absence.since, absence.until, '[]')
        FROM stand_in JOIN people_absence absence ON absence.person_id = stand_in.person_id
        WHERE stand_in.days && daterange(absence.since, absence.until, '[]')
    )
    SELECT person_id FROM stand_in
"""


def absence_create(
    *, person: Person, since: date, until: date, stand_in: Person | None = None, actor: Actor
) -> Absence:
    """Record that a person is away. Requires `people`, except for the actor's own person.

    Locks the directory's stream. Raises InvalidRequest if the days are out of order or in the past, or if the stand-in
    is away on all of the days, has left, can't sign in, or is in turn covered by the person. Raises Conflict
    `absence-overlaps` if the person has another absence on one of the days, and Conflict `person-left` if the person
    has left. Logs `absence.create`.
    """
    require_may_set_absence(actor, person)
    with change_set(
        [person.stream_id], action="absence.create", actor=actor, undoable=False
    ) as recorder:
        _require_present(recorder.reload(person))
        _check(person, since, until, stand_in)
        row = recorder.add(
            Absence(
                stream_id=person.stream_id,
                person=person,
                since=since,
                until=until,
                stand_in=stand_in,
            )
        )
        _require_no_cycle(row)
        return row


def absence_update(*, absence: Absence, actor: Actor, **values: Any) -> Absence:
    """Change the days (`since`, `until`) or the `stand_in` of an absence that isn't over.

    Raises the errors of absence_create(), and Conflict `absence-over` if the last day has passed. Logs
    `absence.update`.
    """
    require_may_set_absence(actor, absence.person)
    with change_set(
        [absence.stream_id], action="absence.update", actor=actor, undoable=False
    ) as recorder:
        row = _reload_open(recorder, absence)
        wanted = {name: getattr(row, name) for name in ("since", "until", "stand_in")} | values
        _check(row.person, **wanted, changed=row)
        recorder.set(row, **wanted)
        _require_no_cycle(row)
        return row


def absence_end(*, absence: Absence, actor: Actor) -> Absence:
    """End an absence, because the person is back today. An absence that hasn't started is removed.

    Raises Conflict `absence-over` if its last day has passed. Logs `absence.end`.
    """
    require_may_set_absence(actor, absence.person)
    with change_set(
        [absence.stream_id], action="absence.end", actor=actor, undoable=False
    ) as recorder:
        row = _reload_open(recorder, absence)
        yesterday = today_in(row.workspace_id) - ONE_DAY
        if row.since > yesterday:
            recorder.remove(row)
            return row
        return recorder.set(row, until=yesterday)


def _reload_open(recorder: Recorder, absence: Absence) -> Absence:
    row = recorder.reload(absence)
    if row.until < today_in(row.workspace_id):
        raise Conflict(
            gettext("This absence is over, so it can’t be changed. Record a new one."),
            code="absence-over",
        )
    return row


def _require_present(person: Person) -> None:
    if has_left(person):
        raise Conflict(
            gettext("{name} has left the company, so you can’t record an absence.").format(
                name=isolated(person.name)
            ),
            code="person-left",
        )


def _check(
    person: Person,
    since: date,
    until: date,
    stand_in: Person | None,
    changed: Absence | None = None,
) -> None:
    """Raise InvalidRequest or Conflict if a person can't be away on these days with this stand-in."""
    if until < max(since, today_in(person.workspace_id)):
        raise InvalidRequest.at(
            "/until",
            "range",
            gettext(
                "The last day can’t be before the first day, or in the past. Choose a later day."
            ),
        )
    overlapping = Absence.objects.filter(person=person, since__lte=until, until__gte=since)
    if changed is not None:
        overlapping = overlapping.exclude(pk=changed.pk)
    if other := overlapping.first():
        raise Conflict(
            gettext(
                "{name} is already away from {since} to {until}. Change that absence, or choose other days."
            ).format(name=isolated(person.name), since=other.since, until=other.until),
            code="absence-overlaps",
        )
    if stand_in is not None and (reason := _stand_in_obstacle(stand_in, person, since, until)):
        raise _stand_in_error(reason.format(name=isolated(stand_in.name)))


def _stand_in_obstacle(stand_in: Person, person: Person, since: date, until: date) -> str:
    """Return why somebody can't stand in for a person on these days, or "" if they can."""
    if stand_in.pk == person.pk:
        return gettext("You can’t stand in for yourself. Choose someone else.")
    if has_left(stand_in):
        return gettext("{name} has left the company. Choose someone else.")
    members = Member.objects.filter(left_at=None, user__is_active=True)
    if stand_in.member_id is None or not members.filter(pk=stand_in.member_id).exists():
        return gettext(
            "{name} can’t sign in here, so they wouldn’t get any notices. Choose someone else."
        )
    away = Absence.objects.filter(person=stand_in, since__lte=until, until__gte=since)
    days_away = sum(
        (min(until, row.until) - max(since, row.since) + ONE_DAY for row in away), timedelta()
    )
    if days_away > until - since:
        return gettext("{name} is away on all of these days. Choose someone else.")
    return ""


def _require_no_cycle(absence: Absence) -> None:
    """Raise InvalidRequest if on some day, a person would stand in, directly or indirectly, for their own stand-in."""
    with connection.cursor() as cursor:
        cursor.execute(STAND_INS_SQL, {"absence": absence.pk})
        stand_ins = {person_id for (person_id,) in cursor.fetchall()}
    if absence.person_id in stand_ins:
        raise _stand_in_error(
            gettext(
                "{person} stands in for {name} on some of these days. Choose someone else, or other days."
            ).format(
                person=isolated(absence.person.name),
                name=isolated(absence.stand_in.name if absence.stand_in else ""),
            )
        )


def _stand_in_error(detail: str) -> InvalidRequest:
    return InvalidRequest.at("/stand_in", "unavailable", detail)
