"""The sponsor's agreement to a mandate."""

from typing import Any

import pytest
from django.urls import reverse

from core.errors import Conflict, Forbidden
from journeys.models import Journey
from ownership import services
from ownership.models import Directorship
from tests.support.api_client import personal_client
from tests.support.concurrency import together
from tests.support.contests import direct
from tests.support.factories import SampleMember, SampleWorld
from tests.support.html_client import send, signed_in, without_isolation


@pytest.fixture
def row(world: SampleWorld) -> Directorship:
    """Frank's directorship of “Buy”, in a journey that Erin sponsors."""
    sponsor(world, world.erin)
    return direct(world, "frank")


def sponsor(world: SampleWorld, who: SampleMember) -> None:
    journey = world.acme.read(Journey, world.acme.journey)
    services.appointment_create(
        journey=journey, office="sponsor", person=who.person, actor=world.dana.actor
    )


def page(world: SampleWorld, who: SampleMember, row: Directorship) -> str:
    answer = signed_in(who).get(reverse("stage_owner", args=[row.stage_id]))
    return " ".join(without_isolation(answer.content.decode()).split())


def test_the_sponsor_agrees_and_a_change_clears_the_agreement(
    world: SampleWorld, row: Directorship
) -> None:
    url = reverse("mandate_agree", args=[row.pk])
    assert url in page(world, world.erin, row)
    assert url not in page(world, world.dana, row)
    assert send(signed_in(world.erin), url, {}).status_code == 303
    agreed = world.acme.read(Directorship, row.pk)
    assert agreed.agreed_by_id == world.erin.person_id
    text = page(world, world.erin, row)
    assert "Erin agreed to this mandate on" in text and url not in text
    history = reverse("journey_history", args=[world.acme.journey])
    assert "mandate for “Buy”" in page_text(world, history)

    services.mandate_update(directorship=row, budget="", actor=world.dana.actor)
    assert world.acme.read(Directorship, row.pk).agreed_at, "nothing has changed"
    services.mandate_update(directorship=row, is_interim=True, actor=world.dana.actor)
    changed = world.acme.read(Directorship, row.pk)
    assert (changed.agreed_by, changed.agreed_at) == (None, None)
    assert "Hasn’t agreed to this mandate yet." in page(world, world.bob, row)


def page_text(world: SampleWorld, url: str) -> str:
    return without_isolation(signed_in(world.bob).get(url).content.decode())


def test_nobody_else_agrees(world: SampleWorld, row: Directorship) -> None:
    for other in (world.alice, world.bob, world.dana, world.frank, world.oscar):
        with pytest.raises(Forbidden):
            services.mandate_agree(directorship=row, actor=other.actor)
    assert world.acme.read(Directorship, row.pk).version == row.version


def test_nobody_agrees_to_their_own_mandate(world: SampleWorld) -> None:
    row = direct(world, "erin")
    assert "The journey has no sponsor" in page(world, world.bob, row)
    sponsor(world, world.erin)
    with pytest.raises(Forbidden) as refusal:
        services.mandate_agree(directorship=row, actor=world.erin.actor)
    assert refusal.value.code == "own-mandate"
    assert reverse("mandate_agree", args=[row.pk]) not in page(world, world.erin, row)


def test_a_mandate_can_be_agreed_to_before_it_is_accepted_but_only_once(
    world: SampleWorld, row: Directorship
) -> None:
    services.directorship_end(directorship=row, actor=world.dana.actor)
    with pytest.raises(Conflict):
        services.mandate_agree(directorship=row, actor=world.erin.actor)
    proposal = services.directorship_propose(
        stage=row.stage, person=world.frank.person, actor=world.dana.actor
    )
    actor = world.erin.actor
    results = together(
        *2 * [lambda: services.mandate_agree(directorship=proposal, actor=actor)],
        lambda: services.directorship_accept(directorship=proposal, actor=world.frank.actor),
    )
    assert [r.code for r in results if isinstance(r, Conflict)] == ["already-agreed"]
    stored = world.acme.read(Directorship, proposal.pk)
    assert stored.is_current and stored.agreed_at


def test_what_is_agreed_to_must_be_what_was_shown(world: SampleWorld, row: Directorship) -> None:
    erin = signed_in(world.erin)
    url = reverse("mandate_agree", args=[row.pk])
    shown: dict[str, Any] = {"version": str(row.version)}
    services.mandate_update(directorship=row, budget="9 m", actor=world.dana.actor)
    refused = erin.post(url, shown)
    text = refused.content.decode()
    assert refused.status_code == 422 and "9 m" in text and "changed in the meantime" in text
    program = personal_client(world.erin.actor)
    late = program.post(f"directorships/{row.pk}/agree", If_Match=f'"{row.version}"')
    assert late.status_code == 412
    agreed = program.post(f"directorships/{row.pk}/agree", If_Match=late["ETag"])
    assert agreed.json()["agreed_by"] == str(world.erin.person_id)
