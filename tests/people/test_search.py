"""The search endpoints find persons, departments and members by the words of their names."""

from datetime import date
from urllib.parse import urlencode

import pytest

from people.models import Person
from people.services import person_leave
from tests.support.api_client import ApiClient, personal_client
from tests.support.factories import SampleWorld
from tests.support.people import add_persons, fill_directory

NAMES = ("Ana Lindqvist", "Jean-Luc O’Brien", "İrem Çelik", "Lind, Anabel", "100% Sure")


@pytest.fixture
def bob(world: SampleWorld) -> ApiClient:
    return ApiClient(user=world.bob.user)


def found(client: ApiClient, world: SampleWorld, text: str, kind: str = "persons") -> list[str]:
    answer = client.get(f"{kind}/search?{urlencode({'workspace': world.acme.id, 'q': text})}")
    assert answer.status_code == 200, answer.json()
    return [hit["name"] for hit in answer.json()["results"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ana", ["Ana Lindqvist", "Lind, Anabel"]),
        ("LIND", ["Lind, Anabel", "Ana Lindqvist"]),  # those that start with it come first
        ("lind ana", ["Lind, Anabel", "Ana Lindqvist"]),
        ("ana lindq", ["Ana Lindqvist"]),
        ("luc", ["Jean-Luc O’Brien"]),
        ("o'brien", ["Jean-Luc O’Brien"]),
        ("irem çe", ["İrem Çelik"]),
        ("indqvist", []),
        ("100%", ["100% Sure"]),
        ("%", []),
    ],
)
def test_each_word_starts_a_word_of_the_name(
    world: SampleWorld, bob: ApiClient, text: str, expected: list[str]
) -> None:
    add_persons(world.acme, *NAMES)
    assert set(NAMES) < set(found(bob, world, ""))
    assert found(bob, world, text) == expected


def test_only_present_persons_of_the_workspace_are_found(world: SampleWorld) -> None:
    dana = ApiClient(user=world.dana.user)
    add_persons(world.acme, "Zoe Here", job_title="Head of care")
    add_persons(world.acme, "Zoe Gone")
    add_persons(world.twin, "Zoe Elsewhere")
    (gone,) = world.acme.all(Person, name="Zoe Gone")
    person_leave(person=gone, left_on=date(2026, 1, 31), actor=world.dana.actor)
    (hit,) = dana.get("persons/search?q=zoe").json()["results"]
    assert (hit["name"], hit["detail"]) == ("Zoe Here", "Head of care")
    assert dana.get(f"persons/search?q=zoe&workspace={world.twin.id}").status_code == 404


def test_departments_and_members_are_found_like_persons(world: SampleWorld, bob: ApiClient) -> None:
    assert found(bob, world, "ret", "departments") == ["Retail"]
    care = str(world.acme.departments["Care"])
    world.acme.direct(
        {"op": "set", "type": "department", "id": care, "fields": {"is_archived": True}}
    )
    assert found(bob, world, "care", "departments") == []
    assert found(bob, world, "ALI", "members") == ["alice"]
    assert found(bob, world, "charlie", "members") == []
    world.alice.user.name = ""
    world.alice.user.save()
    assert found(bob, world, "alice acme", "members") == [world.alice.user.email]


def test_at_most_twenty_are_returned(world: SampleWorld, bob: ApiClient) -> None:
    fill_directory(world.acme)
    assert len(found(bob, world, "person")) == 20


def test_a_token_needs_the_scope_of_what_it_searches(world: SampleWorld) -> None:
    reader = personal_client(world.bob.actor, "people:read")
    assert reader.get("persons/search?q=a").status_code == 200
    assert reader.get("members/search?q=a").status_code == 403
