"""The page that says who answers for a stage, and who has held it."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ownership import services
from ownership.models import Directorship
from tests.support.contests import direct, stage_of
from tests.support.factories import SampleMember, SampleWorld
from tests.support.html_client import signed_in, without_isolation


def page(world: SampleWorld, who: SampleMember) -> str:
    answer = signed_in(who).get(reverse("stage_owner", args=[stage_of(world).pk]))
    assert answer.status_code == 200
    return " ".join(without_isolation(answer.content.decode()).split())


def propose(world: SampleWorld, name: str, **more: object) -> Directorship:
    person = getattr(world, name).person
    return services.directorship_propose(
        stage=stage_of(world), person=person, actor=world.dana.actor, **more
    )


def decline(world: SampleWorld, name: str, note: str) -> None:
    actor = getattr(world, name).actor
    services.directorship_decline(directorship=propose(world, name), note=note, actor=actor)


def test_it_shows_who_held_the_stage_and_why_it_ended(world: SampleWorld) -> None:
    first = direct(world, "frank")
    services.directorship_end(directorship=first, note="New team.", actor=world.dana.actor)
    decline(world, "erin", "I have three stages.")
    direct(world, "alice")
    text = page(world, world.bob)
    held, refused = text.split('id="held"')[1].split('id="refused"')
    assert held.index("Alice") < held.index("Nobody") < held.index("Frank")
    assert "Relieved" in held
    assert "by dana" in held
    assert "New team." in held
    assert "I have three stages." in refused
    assert "Erin" not in held


def test_the_number_of_queries_does_not_depend_on_the_past(world: SampleWorld) -> None:
    decline(world, "erin", "No time.")
    services.directorship_end(directorship=direct(world, "frank"), actor=world.frank.actor)
    counts = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as seen:
            page(world, world.dana)
        counts.append(len(seen))
        decline(world, "frank", "Not again.")
        services.directorship_end(directorship=direct(world, "alice"), actor=world.alice.actor)
    assert counts[0] == counts[1]


def test_the_forms_are_for_those_who_may_use_them(world: SampleWorld) -> None:
    row = direct(world, "frank")
    ending = reverse("directorship_end", args=[row.pk])
    assert ending in page(world, world.frank)
    assert ending in page(world, world.dana)
    assert ending not in page(world, world.erin)
    claiming = reverse("claim", args=[row.stage_id])
    assert claiming in page(world, world.bob)
    assert claiming not in page(world, world.oscar), "an ombudsman owns nothing"
