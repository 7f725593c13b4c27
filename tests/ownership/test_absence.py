"""Absent directors: flags, pages and the API agree, in the workspace's time zone."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from changes.services import change_set
from core.errors import InvalidRequest
from journeys.models import Stage
from ownership import audit, tasks
from ownership.contests import sync_contest
from ownership.models import Claim, Deputy, Directorship, Flag, StageStanding
from people.models import Department, Person, Placement
from people.services import person_leave
from tests.support.api_client import service_client
from tests.support.factories import SampleWorld
from tests.support.html_client import send, signed_in, without_isolation
from workspaces.access import system_actor
from workspaces.models import Member, Workspace
from workspaces.queries import today_in
from workspaces.services import member_remove, time_zone_set

# frontend/src/model/ownership.test.ts tests the map with the same file.
CASES = json.loads((Path(__file__).parent / "owner_vectors.json").read_text())["cases"]
EAST, WEST = "Pacific/Kiritimati", "Etc/GMT+12"  # zones that never have the same date


def day(world: SampleWorld, offset: int | None) -> date | None:
    return None if offset is None else today_in(world.acme.id) + timedelta(days=offset)


def ownership(world: SampleWorld) -> tuple[str, str | None]:
    (standing,) = world.acme.all(StageStanding, stage=world.acme.stages["Buy"])
    return standing.state, standing.absence


def is_flagged(world: SampleWorld) -> bool:
    flags = world.acme.all(Flag, rule="OWN-03", subject_id=world.acme.stages["Buy"])
    return any(flag.state != "resolved" for flag in flags)


@contextmanager
def writing(world: SampleWorld, stream: UUID) -> Iterator[Any]:
    with change_set([stream], action="test", actor=system_actor(world.acme.id)) as recorder:
        yield recorder


def directing(world: SampleWorld, who: str = "frank", **ended: Any) -> None:
    now = timezone.now()
    with writing(world, world.acme.journey) as recorder:
        recorder.add(
            Directorship(
                stream_id=world.acme.journey,
                stage_id=world.acme.stages["Buy"],
                person_id=getattr(world, who).person_id,
                proposed_at=now,
                accepted_at=now,
                **ended,
            )
        )


def arrange(world: SampleWorld, case: dict[str, Any]) -> None:
    """Write the records of a test vector. Ann is played by frank, and Bob by alice."""
    people = {"ann": world.frank, "bob": world.alice}
    if case.get("directs", True):
        directing(world)
    if case.get("ended"):
        directing(world, ended_at=timezone.now(), end_reason="resigned")
    statements = [
        (who, {"kind": kind, "ended_at": withdrawn, "end_reason": "withdrawn" if withdrawn else ""})
        for name, kind, withdrawn in (
            ("claims", "claim", None),
            ("withdrawn", "claim", timezone.now()),
            ("disclaims", "disclaimer", None),
        )
        for who in case.get(name, [])
    ]
    with writing(world, world.acme.journey) as recorder:
        departments = world.acme.departments.values()
        for n, ((who, fields), department) in enumerate(zip(statements, departments, strict=False)):
            recorder.add(
                Claim(
                    stream_id=world.acme.journey,
                    stage_id=world.acme.stages["Buy"],
                    person_id=people[who].person_id,
                    department_id=department,
                    made_at=recorder.at + timedelta(seconds=n),
                    **fields,
                )
            )
        sync_contest(recorder, Stage.objects.get(pk=world.acme.stages["Buy"]))
        if "deputy" in case:
            recorder.add(
                Deputy(
                    stream_id=world.acme.journey,
                    directorship=Directorship.objects.filter(person=world.frank.person_id)[0],
                    person_id=world.alice.person_id,
                    since=day(world, case["deputy"].get("since", -100)),
                    until=day(world, case["deputy"].get("until")),
                )
            )
    with writing(world, world.acme.id) as recorder:
        for who, about in (("ann", case.get("person", {})), ("bob", case.get("deputy", {}))):
            person = Person.objects.filter(pk=people[who].person_id)[0]
            recorder.set(person, left_on=day(world, about.get("left")))
            if not about.get("login", True):
                Member.objects.filter(pk=people[who].member.pk).update(left_at=timezone.now())
        (placement,) = Placement.objects.filter(person=world.frank.person_id)
        about = case.get("placement", {})
        if about is None:
            recorder.remove(placement)
            return
        recorder.set(
            placement,
            since=day(world, about.get("since", -100)),
            until=day(world, about.get("until")),
        )
        department = Department.objects.filter(pk=placement.department_id)[0]
        recorder.set(department, is_archived=about.get("archived", False))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_rules_pages_and_api_agree(world: SampleWorld, case: dict[str, Any]) -> None:
    arrange(world, case)
    assert ownership(world) == (case["state"], case["absence"])
    (standing,) = world.acme.all(StageStanding, stage=world.acme.stages["Buy"])
    players = {"ann": world.frank.person_id, "bob": world.alice.person_id}
    assert standing.claimants == [players[who] for who in case["claimants"]]
    audit.run_audit(world.acme.id)
    found = {
        rule: bool(world.acme.all(Flag, rule=rule, subject_id=world.acme.stages["Buy"]))
        for rule in ("OWN-01", "OWN-03", "OWN-04")
    }
    assert found == {
        "OWN-01": not case.get("directs", True),
        "OWN-03": case["absence"] is not None,
        "OWN-04": case["state"] == "contested",
    }


def test_an_archived_department_is_said_the_same_everywhere(world: SampleWorld) -> None:
    directing(world)
    url = f"stages/{world.acme.stages['Buy']}/ownership"
    program = service_client(world.acme.id)
    before = program.get(url)
    assert before.json()["state"] == "owned"
    department = {"op": "set", "type": "department", "id": str(world.acme.departments["Network"])}
    world.acme.direct(department | {"fields": {"is_archived": True}})
    after = program.get(url, If_None_Match=before["ETag"])
    assert (after.status_code, after.json()["state"]) == (200, "orphaned")
    listed = signed_in(world.dana).get(reverse("journey", args=[world.acme.journey]))
    assert "Frank isn’t in any department" in without_isolation(listed.content.decode())


def test_ended_access_flags_at_once_and_a_disabled_login_within_a_minute(
    world: SampleWorld, monkeypatch: Any
) -> None:
    directing(world)
    audit.run_audit(world.acme.id)
    # Tests run no worker, so the notification runs the task in this process.
    monkeypatch.setattr(settings, "ACCESS_CHANGED", f"{__name__}.audited")
    member_remove(member=world.frank.member, actor=world.dana.actor)
    assert is_flagged(world)
    assert audit.run_absence_audit(world.acme.id) is None

    Member.objects.filter(pk=world.frank.member.pk).update(left_at=None)
    tasks.audit_absences_in(str(world.acme.id))
    assert not is_flagged(world)
    world.frank.user.is_active = False
    world.frank.user.save()
    tasks.audit_absences_in(str(world.acme.id))
    assert is_flagged(world)


def audited(workspace_id: UUID) -> None:
    tasks.audit_absences_in(str(workspace_id))


def test_a_day_ends_where_the_workspace_is(world: SampleWorld) -> None:
    directing(world)
    workspace = Workspace.objects.get(pk=world.acme.id)
    time_zone_set(workspace=workspace, time_zone=WEST, actor=world.dana.actor)
    last_day = today_in(world.acme.id)
    person_leave(person=world.frank.person, left_on=last_day, actor=world.dana.actor)
    audit.run_audit(world.acme.id)
    assert (ownership(world)[0], is_flagged(world)) == ("owned", False)
    people = reverse("people", args=[workspace.slug])
    assert f"person-{world.frank.person_id}" in signed_in(world.dana).get(people).content.decode()
    time_zone_set(workspace=workspace, time_zone=EAST, actor=world.dana.actor)
    assert today_in(world.acme.id) > last_day
    tasks.audit_absences_in(str(world.acme.id))
    assert (ownership(world)[0], is_flagged(world)) == ("orphaned", True)
    assert signed_in(world.dana).get(people).status_code == 200


def test_the_time_zone_is_an_admins_to_set(world: SampleWorld) -> None:
    settings = reverse("settings", args=[world.acme.workspace.slug])
    url = reverse("time_zone", args=[world.acme.workspace.slug])
    assert signed_in(world.alice).post(url, {"time_zone": EAST}).status_code == 403
    signed_in(world.dana).post(url, {"time_zone": "Mars/Base"})
    assert Workspace.objects.get(pk=world.acme.id).time_zone == "UTC"
    signed_in(world.dana).post(url, {"time_zone": EAST})
    assert Workspace.objects.get(pk=world.acme.id).time_zone == EAST
    assert f'value="{EAST}" selected' in signed_in(world.dana).get(settings).content.decode()
    # Forms use the workspace's date as today.
    leave = signed_in(world.dana).get(reverse("person_leave", args=[world.frank.person_id]))
    assert f'value="{today_in(world.acme.id)}"' in leave.content.decode()
    with pytest.raises(InvalidRequest):
        time_zone_set(workspace=world.acme.workspace, time_zone="Mars", actor=world.dana.actor)


def test_a_dismissal_lasts_until_its_day_is_over_there(world: SampleWorld) -> None:
    time_zone_set(workspace=world.acme.workspace, time_zone=EAST, actor=world.dana.actor)
    audit.run_audit(world.acme.id)
    flag = world.acme.all(Flag, rule="OWN-12")[0]
    until = day(world, 30)
    send(
        signed_in(world.dana),
        reverse("flag_dismiss", args=[flag.pk]),
        {"reason": "Known.", "until": str(until)},
    )
    ends = world.acme.read(Flag, flag.pk).dismissed_until.astimezone(ZoneInfo(EAST))
    assert (ends.date(), (ends + timedelta(seconds=1)).date()) == (until, day(world, 31))
