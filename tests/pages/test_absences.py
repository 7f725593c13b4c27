"""Absences on pages: the person's page, its forms, and the inbox of the stand-in."""

import pytest
from django.urls import reverse

from changes.followers import run_followers
from people.models import Absence
from people.services import person_leave
from tests.support.cases import open_case
from tests.support.contests import direct
from tests.support.factories import SampleWorld
from tests.support.html_client import send, signed_in, without_isolation
from tests.support.people import away, day


def page(world: SampleWorld, reader: str, name: str, *args: object) -> str:
    response = signed_in(getattr(world, reader)).get(reverse(name, args=args))
    assert response.status_code == 200
    text = without_isolation(response.content.decode())
    return " ".join(text.replace("<bdi>", "").replace("</bdi>", "").split())


def test_a_person_records_changes_and_ends_an_absence(world: SampleWorld) -> None:
    client, own = signed_in(world.frank), reverse("person", args=[world.frank.person_id])
    assert reverse("absence_add", args=[world.frank.person_id]) in client.get(own).content.decode()
    posted = {"since": day(0), "until": day(9), "stand_in": world.bob.person_id}
    answer = send(client, reverse("absence_add", args=[world.frank.person_id]), posted)
    assert (answer.status_code, answer["Location"]) == (303, own)
    (row,) = world.acme.all(Absence)
    assert "Frank is away until" in (shown := page(world, "erin", "person", world.frank.person_id))
    assert "Bob stands in." in shown
    assert "End absence" not in shown
    edit = reverse("absence_edit", args=[row.pk])
    refused = send(client, edit, posted | {"until": day(-1)})
    assert refused.status_code == 422
    assert f'value="{day(-1)}"' in refused.content.decode(), "what was typed is kept"
    assert send(client, edit, posted | {"until": day(3)}).status_code == 303
    assert world.acme.all(Absence)[0].until == day(3)
    assert send(client, reverse("absence_end", args=[row.pk]), {}).status_code == 303
    assert world.acme.all(Absence) == []


@pytest.mark.parametrize(
    ("stand_in", "text"),
    [
        (None, "Nobody stands in"),
        ("erin", "The stand-in is away, too"),
        ("dana", "The stand-in has left"),
    ],
)
def test_the_page_says_why_a_stand_in_gets_nothing(
    world: SampleWorld, stand_in: str | None, text: str
) -> None:
    away(world, "frank", 0, 9, stand_in)
    away(world, "erin", 0, 0)
    person_leave(person=world.dana.person, left_on=day(-1), actor=world.dana.actor)
    assert text in page(world, "bob", "person", world.frank.person_id)


def test_the_inbox_of_a_stand_in_says_for_whom_a_matter_waits(world: SampleWorld) -> None:
    direct(world, "frank")
    away(world, "frank", 0, 9, "bob")
    case = open_case(world)
    run_followers(world.acme.id)
    slug = world.acme.workspace.slug
    shown = page(world, "bob", "inbox", slug)
    assert "You stand in for Frank from" in shown
    assert "For frank" in shown
    assert reverse("case", args=[case.pk]) in shown
    shown = page(world, "frank", "inbox", slug)
    assert "Frank is away until" in shown
    assert reverse("case", args=[case.pk]) not in shown
