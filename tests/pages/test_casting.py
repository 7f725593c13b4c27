"""The casting call on a stage's page, and the forms to volunteer and to propose."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ownership.models import Directorship
from tests.support.contests import direct, ripe_contest, stage_of
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in, without_isolation
from tests.support.volunteers import open_offers, volunteer


def section(world: SampleWorld, name: str) -> str:
    """Return the HTML of the casting call, or "" if the page has none."""
    url = reverse("stage_owner", args=[stage_of(world).pk])
    text = without_isolation(signed_in(getattr(world, name)).get(url).content.decode())
    _, _, found = text.partition('id="casting"')
    return found.partition("</section>")[0]


def test_a_member_volunteers_and_withdraws(world: SampleWorld) -> None:
    form = reverse("volunteer", args=[stage_of(world).pk])
    assert form in section(world, "bob")
    sent = signed_in(world.bob).post(form, {"note": "I know the shops."})
    assert (sent.status_code, open_offers(world)) == (303, {"bob"})
    text = section(world, "erin")
    assert (
        text.index("Volunteers") < text.index("I know the shops.") < text.index("Works in Retail")
    )
    mine = section(world, "bob")
    assert form not in mine
    withdrawing = mine.partition(' href="/volunteers/')[2].partition('"')[0]
    signed_in(world.bob).post(f"/volunteers/{withdrawing}")
    assert open_offers(world) == set()


def test_a_refused_offer_keeps_what_was_written(world: SampleWorld) -> None:
    form = reverse("volunteer", args=[stage_of(world).pk])
    direct(world, "frank")
    answer = signed_in(world.bob).post(form, {"note": "A long note."})
    assert answer.status_code == 422
    assert "A long note." in answer.content.decode()


def test_the_producer_proposes_from_the_list(world: SampleWorld) -> None:
    volunteer(world, "bob")
    propose = reverse("propose", args=[stage_of(world).pk])
    assert propose not in section(world, "erin")
    url = f"{propose}?person={world.bob.person_id}"
    assert url in section(world, "dana")
    form = signed_in(world.dana).get(url).content.decode()
    assert f'value="{world.bob.person_id}" selected' in form


def test_an_ombudsman_is_not_asked_to_volunteer(world: SampleWorld) -> None:
    assert "Works in Network" in section(world, "oscar")
    assert reverse("volunteer", args=[stage_of(world).pk]) not in section(world, "oscar")


def test_an_offer_can_be_withdrawn_while_the_stage_is_contested(world: SampleWorld) -> None:
    offer = volunteer(world, "bob")
    ripe_contest(world)
    assert reverse("volunteer_withdraw", args=[offer.pk]) in section(world, "bob")
    assert section(world, "erin") == ""


def test_the_number_of_queries_does_not_depend_on_the_volunteers(world: SampleWorld) -> None:
    counts = []
    for name in ("alice", "bob"):
        volunteer(world, name)
        with CaptureQueriesContext(connection) as seen:
            assert section(world, "dana")
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert world.acme.all(Directorship) == []
