"""Hand-overs planned for a later day."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import Conflict, Forbidden
from ownership import audit, services
from ownership.handovers import handovers_start
from ownership.models import Directorship, Flag
from people.services import person_leave
from tests.support.api_client import personal_client
from tests.support.concurrency import together
from tests.support.contests import direct, stage_of
from tests.support.factories import SampleMember, SampleWorld, write
from tests.support.html_client import send, signed_in, without_isolation
from workspaces.models import Workspace
from workspaces.queries import today_in

ENDS = {
    "withdraw": services.directorship_withdraw,
    "decline": partial(services.directorship_decline, note="Ill."),
}


@pytest.fixture
def row(world: SampleWorld) -> Directorship:
    """Frank's directorship of “Buy”."""
    return direct(world, "frank")


def plan(world: SampleWorld, name: str = "erin", **more: Any) -> Directorship:
    """Plan that somebody takes over from Frank tomorrow."""
    tomorrow = today_in(world.acme.id) + timedelta(days=1)
    values = {"starts_on": tomorrow, "handover_reason": "New team."} | more
    return services.directorship_propose(
        stage=stage_of(world),
        person=getattr(world, name).person,
        actor=world.frank.actor,
        takes_over=True,
        **values,
    )


def planned(world: SampleWorld, name: str = "erin", **more: Any) -> Directorship:
    """Return a planned hand-over that the successor has confirmed."""
    return services.directorship_accept(
        directorship=plan(world, name, **more), actor=getattr(world, name).actor
    )


def in_two_days() -> datetime:
    return timezone.now() + timedelta(days=2)


def page(world: SampleWorld, who: SampleMember) -> str:
    answer = signed_in(who).get(reverse("stage_owner", args=[stage_of(world).pk]))
    return " ".join(without_isolation(answer.content.decode()).split())


def stored(world: SampleWorld, row: Directorship) -> Directorship:
    return world.acme.read(Directorship, row.pk)


def test_a_planned_hand_over_is_confirmed_and_starts_on_its_day(
    world: SampleWorld, row: Directorship
) -> None:
    tomorrow = today_in(world.acme.id) + timedelta(days=1)
    sent = {
        "person": str(world.erin.person_id),
        "takes_over": "on",
        "starts_on": tomorrow.isoformat(),
        "handover_reason": "Frank builds the new shop.",
    }
    url = reverse("propose", args=[row.stage_id])
    assert send(signed_in(world.frank), url, sent).status_code == 303
    (successor,) = world.acme.all(Directorship, person=world.erin.person_id)
    accepting = reverse("accept", args=[successor.pk])
    assert "Would take over" in page(world, world.erin) and accepting in page(world, world.erin)
    assert send(signed_in(world.erin), accepting, {}).status_code == 303
    text = page(world, world.erin)
    assert "Planned hand-over" in text and accepting not in text
    with pytest.raises(Conflict) as refusal:
        services.directorship_accept(directorship=successor, actor=world.erin.actor)
    assert refusal.value.code == "already-answered"

    handovers_start(world.acme.id, timezone.now())
    assert stored(world, row).is_current
    together(*3 * [lambda: handovers_start(world.acme.id, in_two_days())])
    handovers_start(world.acme.id, in_two_days())
    before, after = stored(world, row), stored(world, successor)
    assert after.is_current and before.end_reason == "handed_over"
    assert before.ended_at == after.accepted_at
    held = page(world, world.bob).split('id="held"')[1]
    assert held.index("Erin") < held.index("Frank") and "Frank builds the new shop." in held
    history = reverse("journey_history", args=[world.acme.journey])
    text = signed_in(world.bob).get(history).content.decode()
    assert text.count("started the planned hand-over") == 1


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("Europe/Berlin", date(2027, 3, 28), datetime(2027, 3, 27, 23, tzinfo=UTC)),
        ("Europe/Berlin", date(2027, 10, 31), datetime(2027, 10, 30, 22, tzinfo=UTC)),
        ("Asia/Beirut", date(2027, 3, 28), datetime(2027, 3, 27, 22, tzinfo=UTC)),  # no midnight
        ("Pacific/Kiritimati", date(2028, 2, 29), datetime(2028, 2, 28, 10, tzinfo=UTC)),
        ("Pacific/Pago_Pago", date(2028, 2, 29), datetime(2028, 2, 29, 11, tzinfo=UTC)),
    ],
)
def test_it_starts_when_the_day_begins_in_the_workspaces_zone(
    world: SampleWorld, row: Directorship, zone: str, day: date, begins: datetime
) -> None:
    Workspace.objects.filter(pk=world.acme.id).update(time_zone=zone)
    successor = planned(world, starts_on=day)
    handovers_start(world.acme.id, begins - timedelta(seconds=1))
    assert stored(world, row).is_current
    handovers_start(world.acme.id, begins)
    assert stored(world, successor).is_current


@pytest.mark.parametrize(
    ("days", "more", "pointer"),
    [
        (0, {}, "/starts_on"),
        (-1, {}, "/starts_on"),
        (1, {"takes_over": False}, "/starts_on"),
        (1, {"handover_reason": " "}, "/handover_reason"),
        (2, {"term_days": 1}, "/term_until"),
    ],
)
def test_an_invalid_plan_is_refused(
    world: SampleWorld, row: Directorship, days: int, more: dict[str, Any], pointer: str
) -> None:
    today = today_in(world.acme.id)
    sent = {
        "stage": str(row.stage_id),
        "person": str(world.erin.person_id),
        "takes_over": True,
        "starts_on": (today + timedelta(days=days)).isoformat(),
        "handover_reason": "New team.",
    } | more
    if term_days := sent.pop("term_days", None):
        sent["term_until"] = (today + timedelta(days=term_days)).isoformat()
    refused = personal_client(world.dana.actor).post("directorships", sent)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, pointer)
    assert world.acme.all(Directorship) == [row]


@pytest.mark.parametrize(
    ("ends", "who", "is_allowed"),
    [
        ("withdraw", "frank", True),
        ("withdraw", "dana", True),
        ("withdraw", "erin", False),
        ("decline", "erin", True),
        ("decline", "frank", False),
    ],
)
def test_it_can_be_ended_before_it_starts_by_those_concerned(
    world: SampleWorld, row: Directorship, ends: str, who: str, is_allowed: bool
) -> None:
    successor, actor = planned(world), getattr(world, who).actor
    act = partial(ENDS[ends], directorship=successor, actor=actor)
    if is_allowed:
        act()
    else:
        with pytest.raises(Forbidden):
            act()
    handovers_start(world.acme.id, in_two_days())
    assert stored(world, row).is_current == is_allowed


def test_only_one_of_two_concurrent_confirmations_succeeds(
    world: SampleWorld, row: Directorship
) -> None:
    rivals = [(plan(world, name), getattr(world, name).actor) for name in ("erin", "alice")]
    results = together(
        *[
            partial(services.directorship_accept, directorship=rival, actor=actor)
            for rival, actor in rivals
        ]
    )
    (refusal,) = [result for result in results if isinstance(result, Conflict)]
    assert refusal.code == "one-planned-hand-over-per-stage"


@pytest.mark.parametrize("hindrance", ["left", "another", "term"])
def test_it_lapses_if_it_is_no_longer_possible(
    world: SampleWorld, row: Directorship, hindrance: str
) -> None:
    successor = planned(world)
    today = today_in(world.acme.id)
    if hindrance == "left":
        person_leave(
            person=world.erin.person, left_on=today - timedelta(days=1), actor=world.dana.actor
        )
    elif hindrance == "another":
        other = plan(world, "alice", starts_on=None)
        services.directorship_accept(directorship=other, actor=world.alice.actor)
    else:
        write(world, Directorship, successor.pk, term_until=today - timedelta(days=1))
    for _time in range(2):
        handovers_start(world.acme.id, in_two_days())
    assert stored(world, successor).end_reason == "lapsed"
    current = world.acme.all(Directorship, accepted_at__isnull=False, ended_at=None)
    assert [one.person_id for one in current] == [
        world.alice.person_id if hindrance == "another" else world.frank.person_id
    ]


def test_it_starts_without_a_director_too_and_waits_for_no_answer(
    world: SampleWorld, row: Directorship
) -> None:
    successor = planned(world)
    month_ago = timezone.now() - timedelta(days=30)
    write(world, Directorship, successor.pk, proposed_at=month_ago)
    audit.run_audit(world.acme.id)
    assert world.acme.all(Flag, rule="OWN-02") == []
    services.directorship_end(directorship=row, actor=world.frank.actor)
    handovers_start(world.acme.id, in_two_days())
    assert stored(world, successor).is_current
