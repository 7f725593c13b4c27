"""The form of a persona chooses its figure, and pages show it."""

import pytest
from django.test import Client
from django.urls import reverse

from journeys.models import Persona
from storyboards.figures import figure_svg
from tests.support.factories import SampleWorld
from tests.support.html_client import send, signed_in
from tests.support.log_invariants import checking_log

FIGURE = {"skin": 4, "hair": "bun", "glasses": True, "shoes": "red"}  # shoes: of a later release


@pytest.fixture
def client(world: SampleWorld) -> Client:
    change = {"op": "set", "type": "persona", "id": str(world.acme.persona)}
    world.acme.direct({**change, "fields": {"figure": FIGURE}})
    return signed_in(world.alice)


def edit_url(world: SampleWorld) -> str:
    return reverse("persona_edit", args=[world.acme.persona])


def figure_of(world: SampleWorld) -> dict:
    return world.acme.read(Persona, world.acme.persona).figure


def test_a_new_persona_has_the_figure_that_was_chosen(world: SampleWorld, client: Client):
    url = reverse("persona_add", args=[world.acme.id])
    send(client, url, {"name": "Jo", "figure_hair": "bob"})
    send(client, url, {"name": "Kit", "figure_chosen": "on", "figure_hair": "bob"})
    jo, kit = (world.acme.all(Persona, name=name)[0].figure for name in ("Jo", "Kit"))
    assert jo == {}
    assert (kit["hair"], kit["skin"], kit["glasses"]) == ("bob", 1, False)


def test_only_what_changed_is_saved_in_the_log(world: SampleWorld, client: Client):
    with checking_log(world.acme.id, undoing=True):
        assert send(client, edit_url(world), {"figure_skin": "5"}).status_code == 303
    assert figure_of(world) == {**FIGURE, "skin": 5}


def test_a_figure_can_be_taken_off(world: SampleWorld, client: Client):
    page = client.get(edit_url(world)).content.decode()
    assert 'name="figure_chosen"' in page
    fields = {"name": "Ada", "initial-figure_chosen": "True"}
    assert client.post(edit_url(world), fields).status_code == 303
    assert figure_of(world) == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [("figure_hair", "<svg>"), ("figure_skin", "6"), ("figure_top", "#ffffff")],
)
def test_other_values_are_refused(world: SampleWorld, client: Client, field: str, value: str):
    answer = send(client, edit_url(world), {field: value})
    assert answer.status_code == 422
    assert f"{field}_error" in answer.content.decode()
    assert figure_of(world) == FIGURE


def test_two_people_can_change_different_parameters(world: SampleWorld, client: Client):
    shown = {"name": "Ada", "initial-name": "Ada", "figure_chosen": "on", "figure_skin": "4"}
    shown |= {"initial-figure_chosen": "True", "initial-figure_skin": "4"}
    hair = {"figure_hair": "bob", "initial-figure_hair": "bun"}
    send(client, edit_url(world), {"figure_skin": "0"})
    assert send(client, edit_url(world), shown | hair).status_code == 303
    assert (figure_of(world)["skin"], figure_of(world)["hair"]) == (0, "bob")


def test_the_form_returns_to_a_page_of_this_site(world: SampleWorld, client: Client):
    for next_page, is_local in (("/w/acme/", True), ("https://elsewhere.test/", False)):
        url = edit_url(world) + f"?next={next_page}"
        assert (f'href="{next_page}"' in client.get(url).content.decode()) is is_local
        target = send(client, url, {"age": "40"})["Location"]
        assert (target == next_page) is is_local


def test_pages_show_the_figure_with_its_look(world: SampleWorld, client: Client):
    library = client.get(reverse("library", args=[world.acme.workspace.slug])).content.decode()
    query = library.split('class="persona-figure" src="')[1].split('"')[0].replace("&amp;", "&")
    for url in (query, query + "&figure_top=%3Csvg%3E"):  # not a color: the default is drawn
        answer = client.get(url)
        assert answer.content.decode() == figure_svg(FIGURE, {})
    assert answer["Content-Type"] == "image/svg+xml"
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_the_storyboard_links_to_the_form_for_editors_only(world: SampleWorld, client: Client):
    path = reverse("journey_storyboard", args=[world.acme.workspace.slug, world.acme.journey])
    link = "/personas/{id}/edit/?next="
    assert link in client.get(path).content.decode()
    assert link not in signed_in(world.bob).get(path).content.decode()
