"""Folders of journeys: the field, the list by folder, and the filter."""

import re

import pytest
from django.urls import reverse

from journeys.models import Journey
from journeys.services import journey_create
from tests.support.api_client import personal_client
from tests.support.factories import SampleWorld
from tests.support.html_client import send, signed_in
from tests.support.log_invariants import checking_log

FOLDERS = {
    "Plans": "Consumer/Mobile",
    "Roaming": "Consumer/Mobile/Abroad",
    "Fibre": "Consumer/Broadband",
    "Lines": "Business",
    "Towers": "Consumer goods",
}


@pytest.fixture
def home(world: SampleWorld) -> str:
    for title, folder in FOLDERS.items():
        journey_create(actor=world.alice.actor, title=title, folder=folder)
    return reverse("home", args=[world.acme.workspace.slug])


def titles(world: SampleWorld, url: str, **query: str) -> list[str]:
    answer = signed_in(world.bob).get(url, query)
    assert answer.status_code == 200
    return [row.journey.title for row in answer.context["rows"]]


def test_home_lists_journeys_by_folder_and_those_without_last(
    world: SampleWorld, home: str
) -> None:
    assert titles(world, home) == ["Lines", "Fibre", "Plans", "Roaming", "Towers", "A contract"]
    text = signed_in(world.bob).get(home).content.decode()
    headings = re.findall(r"<h2>\s*<svg.*?</svg>\s*<bdi>([^<]*)</bdi>", text)
    assert headings == [
        "Business",
        "Consumer/Broadband",
        "Consumer/Mobile",
        "Consumer/Mobile/Abroad",
        "Consumer goods",
        "No folder",
    ]
    assert titles(world, home, order="changed")[0] == "Towers"


@pytest.mark.parametrize(
    ("folder", "found", "inside"),
    [
        ("", None, [("Business", 1), ("Consumer", 3), ("Consumer goods", 1)]),
        ("Consumer", ["Fibre", "Plans", "Roaming"], [("Broadband", 1), ("Mobile", 2)]),
        ("Consumer/Mobile", ["Plans", "Roaming"], [("Abroad", 1)]),
        (" Consumer // Broadband/", ["Fibre"], []),
        ("Consumer_Mobile", [], []),
    ],
)
def test_a_folder_includes_the_folders_inside_it(
    world: SampleWorld, home: str, folder: str, found: list[str] | None, inside: list[object]
) -> None:
    assert found is None or titles(world, home, folder=folder) == found
    context = signed_in(world.bob).get(home, {"folder": folder}).context
    assert [(row.name, row.count) for row in context["folders"]] == inside


def test_links_of_folders_and_pages_keep_the_filters(world: SampleWorld, home: str) -> None:
    text = signed_in(world.bob).get(home, {"q": "e", "page": "1"}).content.decode()
    assert 'href="?q=e&amp;folder=Consumer"' in text
    assert titles(world, home, q="a", folder="Consumer") == ["Plans", "Roaming"]


def test_a_form_sets_the_folder_and_suggests_the_existing_ones(
    world: SampleWorld, home: str
) -> None:
    client, url = signed_in(world.alice), reverse("journey_edit", args=[world.acme.journey])
    assert '<option value="Consumer/Mobile"></option>' in client.get(url).content.decode()
    with checking_log(world.acme.id):
        send(client, url, {"folder": " Consumer / Mobile "})
    assert world.acme.read(Journey, world.acme.journey).folder == "Consumer/Mobile"
    page = client.get(reverse("journey_add", args=[world.acme.workspace.slug]) + "?folder=Business")
    assert 'value="Business"' in page.content.decode()
    history = client.get(reverse("journey_history", args=[world.acme.journey])).content.decode()
    assert "Consumer/Mobile" in history


def test_the_api_reads_writes_and_filters_folders(world: SampleWorld) -> None:
    acme = personal_client(world.alice.actor)
    url = f"journeys/{world.acme.journey}"
    assert acme.patch(url, {"folder": "Consumer/ Mobile/"}).json()["folder"] == "Consumer/Mobile"
    found = acme.get("journeys?folder=Consumer/Mobile").json()["results"]
    assert [row["id"] for row in found] == [str(world.acme.journey)]
    assert acme.get("journeys?folder=Consumer").json()["results"] == []
    assert acme.patch(url, {"folder": "x" * 201}).json()["errors"][0]["pointer"] == "/folder"


def test_a_copy_is_in_the_folder_of_its_original(world: SampleWorld, home: str) -> None:
    (plans,) = world.acme.all(Journey, title="Plans")
    send(signed_in(world.alice), reverse("journey_duplicate", args=[plans.pk]), {"title": "Copy"})
    (copy,) = world.acme.all(Journey, title="Copy")
    assert copy.folder == "Consumer/Mobile"
