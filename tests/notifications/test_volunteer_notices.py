"""Notices about volunteers, for the person who can propose them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from changes.followers import run_followers
from core.notices import Topic
from core.tenancy import tenant_scope
from notifications.services import sync_notices
from ownership import services, volunteer_notices
from tests.support.cases import appoint
from tests.support.contests import direct, ripe_contest, stage_of
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in, without_isolation
from tests.support.notices import notices_of, waiting_for
from tests.support.volunteers import volunteer


def asked(world: SampleWorld) -> set[str]:
    """Return the names of those whose inbox has a notice about a volunteer."""
    run_followers(world.acme.id)
    return {
        name
        for name, member in world.acme.people.items()
        if any(row.topic == Topic.VOLUNTEERS for row in waiting_for(member))
    }


@pytest.mark.parametrize(
    ("offices", "name", "expected"),
    [
        ({"producer": "alice", "sponsor": "erin"}, "bob", {"alice"}),
        ({"sponsor": "erin"}, "bob", {"erin"}),
        ({}, "bob", {"dana"}),
        ({"producer": "alice", "sponsor": "erin"}, "alice", set()),
    ],
)
def test_the_person_who_can_propose_gets_one_notice(
    world: SampleWorld, offices: dict[str, str], name: str, expected: set[str]
) -> None:
    for office, who in offices.items():
        appoint(world, who, office)
    volunteer(world, name)
    assert asked(world) == expected
    sync_notices(world.acme.id)
    for who in expected:
        assert len(notices_of(getattr(world, who), topic=Topic.VOLUNTEERS)) == 1


def test_it_goes_away_once_somebody_is_proposed_and_returns_if_they_decline(
    world: SampleWorld,
) -> None:
    volunteer(world, "bob")
    proposal = services.directorship_propose(
        stage=stage_of(world), person=world.frank.person, actor=world.dana.actor
    )
    assert asked(world) == set()
    services.directorship_decline(directorship=proposal, note="No.", actor=world.frank.actor)
    assert asked(world) == {"dana"}
    direct(world, "frank")
    assert asked(world) == set()


@pytest.mark.parametrize("settle", ["withdraw", "contest"])
def test_it_goes_away_with_the_offer_and_in_a_contest(world: SampleWorld, settle: str) -> None:
    offer = volunteer(world, "bob")
    if settle == "withdraw":
        services.volunteer_withdraw(volunteer=offer, actor=world.bob.actor)
    else:
        ripe_contest(world)
    assert asked(world) == set()


def test_the_inbox_leads_to_the_casting_call(world: SampleWorld) -> None:
    volunteer(world, "bob", note="I know the shops.")
    run_followers(world.acme.id)
    url = reverse("inbox", args=[world.acme.workspace.slug])
    text = without_isolation(signed_in(world.dana).get(url).content.decode())
    assert "Bob volunteers to direct “Buy”" in text
    assert "I know the shops." in text
    assert reverse("stage_owner", args=[stage_of(world).pk]) in text


def test_the_number_of_queries_does_not_grow_with_the_volunteers(world: SampleWorld) -> None:
    counts = []
    for name in ("alice", "bob"):
        volunteer(world, name)
        with tenant_scope([world.acme.id]), CaptureQueriesContext(connection) as queries:
            drafts = volunteer_notices.notices_for(world.acme.id, None)
            texts = volunteer_notices.describe_volunteers([row.subject_id for row in drafts])
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert len(texts) == 2
