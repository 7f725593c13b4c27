"""The page of a hand-off: both sides, and who can do what."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ownership import services
from ownership.models import HandOff
from tests.support.factories import SampleMember, SampleWorld
from tests.support.handoffs import TEXT, direct_stage, handoff_of, signed_handoff, state_of
from tests.support.html_client import signed_in, without_isolation


def page(who: SampleMember, handoff: HandOff) -> str:
    answer = signed_in(who).get(reverse("handoff", args=[handoff.pk]))
    assert answer.status_code == 200
    return without_isolation(answer.content.decode())


def test_a_director_writes_it_and_both_sign_on_its_page(world: SampleWorld) -> None:
    direct_stage(world, "frank", "Choose")
    direct_stage(world, "erin", "Buy")
    write = reverse("handoff_add", args=[world.acme.stages["Buy"]])
    assert signed_in(world.erin).post(write, TEXT).status_code == 303
    (handoff,) = world.acme.all(HandOff)
    assert signed_in(world.erin).get(write)["Location"] == reverse("handoff", args=[handoff.pk])
    text = page(world.erin, handoff)
    assert TEXT["exit_criteria"] in text
    assert TEXT["return_service"] in text
    assert 'name="revision"' in text
    assert 'name="revision"' not in page(world.dana, handoff)
    for member in (world.erin, world.frank):
        url = reverse("handoff", args=[handoff.pk])
        assert signed_in(member).post(url, {"revision": 1}).status_code == 303
    assert state_of(world) == "agreed"
    assert reverse("breach_add", args=[handoff.pk]) in page(world.erin, handoff)


def test_who_signs_an_old_text_reads_the_new_one_first(world: SampleWorld) -> None:
    handoff = handoff_of(world)
    changed = {**TEXT, "exit_criteria": "The customer has signed."}
    services.handoff_update(handoff=handoff, actor=world.frank.actor, **changed)
    client, url = signed_in(world.erin), reverse("handoff", args=[handoff.pk])
    answer = client.post(url, {"revision": 1})
    assert answer.status_code == 422
    assert "The customer has signed." in answer.content.decode()
    assert client.post(url, {"revision": 2}).status_code == 303
    assert state_of(world) == "half-signed"


def test_the_list_shows_who_has_to_sign(world: SampleWorld) -> None:
    handoff = handoff_of(world)
    services.handoff_sign(handoff=handoff, revision=1, actor=world.frank.actor)
    url = reverse("journey_handoffs", args=[world.acme.journey])
    text = without_isolation(signed_in(world.erin).get(url).content.decode())
    assert "One has signed" in text
    assert "Read and sign" in text
    others = without_isolation(signed_in(world.bob).get(url).content.decode())
    assert "Erin" in others.partition("Not signed by")[2][:40]
    assert "Read and sign" not in others
    owner = reverse("stage_owner", args=[world.acme.stages["Choose"]])
    assert reverse("handoff", args=[handoff.pk]) in signed_in(world.bob).get(owner).content.decode()


def test_more_handoffs_need_no_more_queries(world: SampleWorld) -> None:
    client, url = (
        signed_in(world.alice),
        reverse("journey_handoffs", args=[world.acme.journey]),
    )

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    signed_handoff(world)
    count()
    before = count()
    direct_stage(world, "frank", "Use")
    assert count() == before
