"""Notices about contests: for the parties, and for those who may decide, until it is done."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from changes.followers import run_followers
from core.notices import Topic
from core.tenancy import tenant_scope
from journeys.models import Journey
from notifications.services import sync_notices
from ownership import contest_notices, services
from ownership.models import Appeal, Contest, Ruling
from ownership.services import appointment_create
from tests.support.contests import claim, party_of, ripe_contest, rule, the_contest, uphold
from tests.support.factories import SampleMember, SampleWorld, write
from tests.support.html_client import signed_in
from tests.support.notices import notices_of, waiting_for
from workspaces.access import system_actor
from workspaces.models import Workspace


def contests_of(member: SampleMember) -> list[str]:
    """Return the causes of the notices about contests in a member's inbox."""
    waiting = [row for row in waiting_for(member) if row.topic == Topic.CONTESTS]
    return sorted(row.key.partition(":")[0] for row in waiting)


def make_sponsor(world: SampleWorld) -> None:
    journey = world.acme.read(Journey, world.acme.journey)
    actor = system_actor(world.acme.id)
    appointment_create(journey=journey, office="sponsor", person=world.erin.person, actor=actor)


def appeal_of(world: SampleWorld, ruling: Ruling) -> Appeal:
    return services.appeal_make(
        ruling=ruling, grounds="We run the platform.", actor=world.alice.actor
    )


def test_each_party_is_asked_for_their_case_until_they_state_it(world: SampleWorld) -> None:
    claim(world, "alice")
    claim(world, "frank")
    run_followers(world.acme.id)
    assert contests_of(world.alice) == contests_of(world.frank) == ["contest-opened"]
    assert contests_of(world.oscar) == contests_of(world.dana) == []
    services.party_state(
        party=party_of(world, "alice"), statement="It is ours.", actor=world.alice.actor
    )
    assert contests_of(world.alice) == []
    run_followers(world.acme.id)
    (notice,) = notices_of(world.alice, topic=Topic.CONTESTS)
    assert notice.outcome == "done"


def test_who_may_rule_is_asked_once_all_parties_have_asked(world: SampleWorld) -> None:
    make_sponsor(world)
    contest = ripe_contest(world)
    run_followers(world.acme.id)
    assert contests_of(world.oscar) == contests_of(world.erin) == ["contest-ripe"]
    assert contests_of(world.alice) == contests_of(world.dana) == []
    rule(world, contest, uphold(world, "frank"), by="erin")
    assert contests_of(world.oscar) == []


@pytest.mark.parametrize(
    ("zone", "talk_until"),
    [
        ("Europe/Berlin", "2026-10-25"),  # a day of 25 hours
        ("America/New_York", "2026-03-08"),  # a day of 23 hours
        ("Pacific/Auckland", "2028-02-29"),
    ],
)
def test_a_contest_is_ripe_from_midnight_in_the_workspace(
    world: SampleWorld, monkeypatch: pytest.MonkeyPatch, zone: str, talk_until: str
) -> None:
    Workspace.objects.filter(pk=world.acme.id).update(time_zone=zone)
    claim(world, "alice")
    claim(world, "frank")
    last_day = date.fromisoformat(talk_until)
    write(world, Contest, the_contest(world).pk, talk_until=last_day)
    midnight = datetime.combine(last_day + timedelta(days=1), time.min, tzinfo=ZoneInfo(zone))
    just_before = (midnight.astimezone(UTC) - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
    asked = []
    for now in (just_before, midnight):
        monkeypatch.setattr(timezone, "now", lambda now=now: now)
        with tenant_scope([world.acme.id]):
            drafts = contest_notices.notices_for(world.acme.id, None)
        asked.append([row.member_id for row in drafts if row.key.startswith("contest-ripe")])
    assert asked == [[], [world.oscar.member.pk]]


def test_a_ruling_is_news_for_all_parties_until_seen(world: SampleWorld) -> None:
    ruling = rule(world, ripe_contest(world), uphold(world, "frank"))
    run_followers(world.acme.id)
    assert contests_of(world.alice) == contests_of(world.frank) == ["ruling"]
    client = signed_in(world.alice)
    page = client.get(reverse("inbox", args=[world.acme.workspace.slug])).content.decode()
    assert "Decided: Frank answers for “Buy”. The queue runs there." in page
    assert reverse("contest", args=[ruling.contest_id]) in page
    (notice,) = waiting_for(world.alice)
    client.post(reverse("notice_seen", args=[notice.pk]))
    sync_notices(world.acme.id)
    assert contests_of(world.alice) == []
    write(world, Ruling, ruling.pk, ruled_at=timezone.now() - timedelta(days=15))
    sync_notices(world.acme.id)
    assert contests_of(world.frank) == []


def test_an_appeal_waits_for_somebody_else_than_who_ruled(world: SampleWorld) -> None:
    make_sponsor(world)
    appeal = appeal_of(world, rule(world, ripe_contest(world), uphold(world, "frank")))
    run_followers(world.acme.id)
    assert (contests_of(world.erin), contests_of(world.oscar)) == (["appeal-made"], [])
    services.appeal_reject(appeal=appeal, answer="Nothing new.", actor=world.erin.actor)
    assert contests_of(world.erin) == []
    run_followers(world.acme.id)
    assert contests_of(world.alice) == ["appeal-rejected", "ruling"]


def test_who_ruled_decides_if_there_is_nobody_else(world: SampleWorld) -> None:
    appeal = appeal_of(world, rule(world, ripe_contest(world), uphold(world, "frank")))
    run_followers(world.acme.id)
    assert contests_of(world.oscar) == ["appeal-made"]
    services.appeal_grant(appeal=appeal, decision=uphold(world, "alice"), actor=world.oscar.actor)
    run_followers(world.acme.id)
    assert contests_of(world.oscar) == []
    assert contests_of(world.frank) == ["ruling"]
    latest = world.acme.all(Ruling)[-1]
    assert {row.subject_id for row in waiting_for(world.frank)} >= {latest.pk}


def test_the_number_of_queries_does_not_grow_with_the_parties(world: SampleWorld) -> None:
    counts = []
    ripe_contest(world)
    for name in (None, "bob", "erin"):
        if name:
            claim(world, name)
            write(
                world,
                Contest,
                the_contest(world).pk,
                talk_until=timezone.localdate() - timedelta(9),
            )
        with tenant_scope([world.acme.id]), CaptureQueriesContext(connection) as queries:
            contest_notices.notices_for(world.acme.id, None)
        counts.append(len(queries))
    assert len(set(counts)) == 1
