"""The call sheet on a person's page: what is contested, and what is due this week."""

import re
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from notifications.services import sync_notices
from ownership import services
from ownership.models import Case, Directorship
from tests.support.cases import open_case
from tests.support.contests import claim, stage_of, the_contest
from tests.support.factories import SampleMember, SampleWorld, write
from tests.support.handoffs import handoff_of
from tests.support.html_client import signed_in


def call_sheet_of(world: SampleWorld, member: SampleMember) -> str:
    """Return the call sheet as Alice sees it, or "" if the person's page has none."""
    page = signed_in(world.alice).get(reverse("person", args=[member.person_id]))
    found = re.search(r'<section class="card call-sheet".*?</section>', page.content.decode(), re.S)
    return found[0] if found else ""


def labels(sheet: str) -> list[str]:
    return re.findall(r'<span class="chip[^"]*">([^<]+)</span>', sheet)


def test_the_most_urgent_duties_come_first_and_those_that_are_done_disappear(
    world: SampleWorld,
) -> None:
    today = timezone.localdate()
    handoff = handoff_of(world)  # to “Buy”, which Erin directs
    (directed,) = world.acme.all(Directorship, person=world.erin.person_id)
    write(world, Directorship, directed.pk, accepted_at=timezone.now() - timedelta(days=900))
    write(world, Case, open_case(world).pk, due_on=today)
    write(world, Case, open_case(world).pk, due_on=today + timedelta(days=30))
    services.directorship_propose(
        stage=stage_of(world, "Use"), person=world.erin.person, actor=world.dana.actor
    )
    claim(world, "frank")
    sync_notices(world.acme.id)
    sheet = call_sheet_of(world, world.erin)
    assert labels(sheet) == ["Attestation", "Case to answer", "Asked to direct", "Hand-off to sign"]
    assert the_contest(world).get_absolute_url() in sheet
    assert "1 more is due later" in sheet
    services.handoff_sign(handoff=handoff, revision=1, actor=world.erin.actor)
    assert "Hand-off to sign" not in call_sheet_of(world, world.erin)
    assert not call_sheet_of(world, world.bob)
