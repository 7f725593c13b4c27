"""Absences: who can record them, which days and stand-ins are refused, and who stands in today."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.errors import AppError, Conflict, Forbidden
from core.tenancy import tenant_scope
from people.models import Absence
from people.queries import find_stand_ins
from people.services import absence_create, absence_end, absence_update, person_leave
from tests.support.factories import SampleWorld
from tests.support.people import away, day
from workspaces.services import member_remove, time_zone_set


def stand_ins(world: SampleWorld) -> dict[str, str | None]:
    """Return who stands in today for whom, by the names of the sample members."""
    names = {getattr(world, name).person_id: name for name in world.acme.people}
    with tenant_scope([world.acme.id]):
        found = find_stand_ins(world.acme.id)
    return {
        names[person.pk]: names[stand_in.pk] if stand_in else None
        for person, stand_in in found.items()
    }


@pytest.mark.parametrize(
    ("zone", "now", "is_away"),
    [
        ("Europe/Oslo", datetime(2026, 3, 28, 22, 59, tzinfo=UTC), False),
        ("Europe/Oslo", datetime(2026, 3, 28, 23, 0, tzinfo=UTC), True),
        ("Europe/Oslo", datetime(2026, 3, 29, 21, 59, tzinfo=UTC), True),  # a day of 23 hours
        ("Europe/Oslo", datetime(2026, 3, 29, 22, 0, tzinfo=UTC), False),
        ("Pacific/Kiritimati", datetime(2026, 3, 28, 10, 0, tzinfo=UTC), True),
        ("Pacific/Kiritimati", datetime(2026, 3, 29, 10, 0, tzinfo=UTC), False),
    ],
)
def test_an_absence_begins_and_ends_at_midnight_in_the_workspace(
    world: SampleWorld, monkeypatch: Any, zone: str, now: datetime, is_away: bool
) -> None:
    time_zone_set(workspace=world.acme.workspace, time_zone=zone, actor=world.dana.actor)
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 3, 1, tzinfo=UTC))
    change = date(2026, 3, 29)
    absence_create(person=world.alice.person, since=change, until=change, actor=world.alice.actor)
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert stand_ins(world) == ({"alice": None} if is_away else {})


def test_a_leap_day_is_a_day(world: SampleWorld, monkeypatch: Any) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2028, 2, 29, 12, tzinfo=UTC))
    absence = away(world, "alice", 0, 1)
    assert (absence.until, stand_ins(world)) == (date(2028, 3, 1), {"alice": None})
    monkeypatch.setattr(timezone, "now", lambda: datetime(2028, 3, 1, 12, tzinfo=UTC))
    absence_end(absence=absence, actor=world.alice.actor)
    assert world.acme.all(Absence)[0].until == date(2028, 2, 29)


@pytest.mark.parametrize(("actor", "is_allowed"), [("bob", True), ("dana", True), ("alice", False)])
def test_the_person_and_admins_record_change_and_end_absences(
    world: SampleWorld, actor: str, is_allowed: bool
) -> None:
    actor = getattr(world, actor).actor
    days = {"since": day(0), "until": day(9)}
    if not is_allowed:
        absence = away(world, "bob", 0, 9)
        for write in (
            lambda: absence_create(person=world.bob.person, **days, actor=actor),
            lambda: absence_update(absence=absence, until=day(3), actor=actor),
            lambda: absence_end(absence=absence, actor=actor),
        ):
            with pytest.raises(Forbidden):
                write()
        return
    absence = absence_create(person=world.bob.person, **days, actor=actor)
    absence_update(absence=absence, stand_in=world.erin.person, until=day(3), actor=actor)
    assert stand_ins(world) == {"bob": "erin"}
    absence_end(absence=absence, actor=actor)
    assert (stand_ins(world), world.acme.all(Absence)) == ({}, [])


@pytest.mark.parametrize(
    ("since", "until", "stand_in", "code"),
    [
        (2, 1, None, "/until range"),
        (-3, -1, None, "/until range"),
        (9, 12, None, "absence-overlaps"),
        (20, 25, "alice", "/stand_in unavailable"),  # herself
        (20, 25, "frank", "/stand_in unavailable"),  # has left
        (20, 25, "dana", "/stand_in unavailable"),  # is away on all days
        (19, 25, "dana", ""),
        (20, 25, "erin", "/stand_in unavailable"),  # whose stand-in is alice, on one of these days
        (21, 25, "erin", ""),
    ],
)
def test_days_and_stand_ins_are_checked(
    world: SampleWorld, since: int, until: int, stand_in: str | None, code: str
) -> None:
    away(world, "alice", 5, 9)
    away(world, "dana", 20, 22)
    away(world, "dana", 23, 30, "bob")
    away(world, "erin", 17, 20, "bob")
    away(world, "bob", 20, 20, "alice")
    person_leave(person=world.frank.person, left_on=day(-1), actor=world.dana.actor)
    before = len(world.acme.all(Absence))
    refused = ""
    try:
        away(world, "alice", since, until, stand_in)
    except AppError as refusal:
        refused = " ".join([*(f"{e.pointer} {e.code}" for e in refusal.errors)]) or refusal.code
    assert refused == code
    assert len(world.acme.all(Absence)) == before + (not code)


def test_absences_that_are_over_or_of_people_who_have_left_cannot_change(
    world: SampleWorld, monkeypatch: Any
) -> None:
    absence = away(world, "alice", 0, 1)
    tomorrow = timezone.now() + timedelta(days=2)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    for write in (
        lambda: absence_update(absence=absence, until=day(5), actor=world.alice.actor),
        lambda: absence_end(absence=absence, actor=world.alice.actor),
    ):
        with pytest.raises(Conflict) as refused:
            write()
        assert refused.value.code == "absence-over"
    person_leave(person=world.alice.person, left_on=day(-1), actor=world.dana.actor)
    with pytest.raises(Conflict) as refused:
        away(world, "alice", 0, 1)
    assert refused.value.code == "person-left"


def test_nobody_stands_in_who_is_away_or_has_left_or_whose_access_ended(
    world: SampleWorld,
) -> None:
    away(world, "alice", 0, 9, "erin")
    away(world, "dana", 0, 9, "bob")
    away(world, "oscar", 0, 9, "frank")
    assert stand_ins(world) == {"alice": "erin", "dana": "bob", "oscar": "frank"}
    away(world, "erin", 0, 2)
    person_leave(person=world.bob.person, left_on=day(-1), actor=world.dana.actor)
    member_remove(member=world.frank.member, actor=world.dana.actor)
    assert stand_ins(world) == {"alice": None, "dana": None, "oscar": None, "erin": None}


def test_a_stand_in_who_is_removed_from_the_directory_leaves_none(world: SampleWorld) -> None:
    absence = away(world, "alice", 0, 9, "frank")
    world.acme.direct({"op": "remove", "type": "person", "id": str(world.frank.person_id)})
    assert world.acme.all(Absence)[0].stand_in_id is None
    world.acme.direct({"op": "remove", "type": "person", "id": str(absence.person_id)})
    assert world.acme.all(Absence) == []
