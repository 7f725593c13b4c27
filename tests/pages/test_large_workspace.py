"""No page of a large workspace lists everything: selects stay short, and members have pages."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.urls import reverse

from changes.services import change_set
from core.ids import uuid7
from journeys.models import Journey, Lane, Step
from journeys.services import write_new_journey
from tests.authz.matrix import PAGES, address
from tests.support.actors import build_things
from tests.support.api_client import ApiClient
from tests.support.factories import SampleWorkspace, SampleWorld
from tests.support.html_client import send, signed_in
from tests.support.people import add_persons
from touchpoints.models import Touchpoint
from workspaces.access import system_actor
from workspaces.models import Member, User

MANY, MAX_OPTIONS = 60, 50
SHORT_BY_NATURE = {"time_zone"}  # a fixed list, independent of the workspace


class Selects(HTMLParser):
    """Counts the options of each select of a page, and notes what is in a datalist."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.name = ""
        self.counts: dict[str, int] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "select":
            self.name = dict(attrs).get("name") or ""
            self.counts[self.name] = 0
        elif tag == "option" and self.name:
            self.counts[self.name] += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.name = ""


def add_members(place: SampleWorkspace, count: int = MANY) -> None:
    users = User.objects.bulk_create(
        User(email=f"m{number}@{place.workspace.slug}.test", name=f"Member {number:02}")
        for number in range(count)
    )
    Member.objects.bulk_create(Member(workspace=place.workspace, user=user) for user in users)


def add_journeys(place: SampleWorkspace, *titles: str, **fields: Any) -> None:
    actor = system_actor(place.id)
    with change_set([place.id], action="journey.create", actor=actor) as recorder:
        for title in titles:
            write_new_journey(recorder, uuid7(), title=title, **fields)


def fill(place: SampleWorkspace) -> None:
    """Add so much of everything that a select of all of it would be too long."""
    add_members(place)
    add_persons(place, *[f"Person {number}" for number in range(MANY)])
    place.direct(
        *[
            {"op": "add", "type": slug, "fields": {"name": f"{slug} {number}"}}
            for slug in ("department", "persona", "channel")
            for number in range(MANY)
        ]
    )
    add_journeys(place, *[f"Journey {number}" for number in range(MANY)])


@pytest.mark.slow
def test_no_form_has_a_select_of_everything(world: SampleWorld) -> None:
    ours = build_things(world.acme, "erin", "bob", "alice", "dana")
    fill(world.acme)
    counted, long = 0, {}
    for row in PAGES:
        if row.method != "GET" or row.stranger == 302:
            continue
        who = "dana" if "dana" in row.may else min(row.may, default="dana")
        answer = signed_in(getattr(world, who)).get(address(row, ours))
        if answer.status_code == 200 and "html" in answer["Content-Type"]:
            counts = Selects(answer.content.decode()).counts
            counted += len(counts)
            long |= {
                (row.name, name): count
                for name, count in counts.items()
                if count > MAX_OPTIONS and name not in SHORT_BY_NATURE
            }
    assert counted > 40
    assert not long


def test_forms_take_what_is_searched(world: SampleWorld) -> None:
    fill(world.acme)
    add_journeys(world.acme, "Moving in", folder="Consumer")
    lane = world.acme.all(Lane, kind="department")[0].pk
    forms = {
        (Step, world.acme.steps["Signs"], "opens"): "Moving in",
        (Journey, world.acme.journey, "persona"): "persona 7",
        (Lane, lane, "department"): "department 7",
        (Touchpoint, world.acme.all(Touchpoint)[0].pk, "channel"): "channel 7",
    }
    for (model, pk, field), text in forms.items():
        url = reverse(f"{model.slug}_edit", args=[pk])
        answer = send(signed_in(world.alice), url, {"verb": "set", f"{field}-text": text})
        assert answer.status_code == 303, answer.content.decode()
        record = world.acme.read(model, pk)
        related = world.acme.read(
            type(record)._meta.get_field(field).related_model, getattr(record, f"{field}_id")
        )
        assert str(related) == text


def test_a_pair_is_searched_among_journeys_as_they_are(world: SampleWorld) -> None:
    add_journeys(world.acme, "Move in", folder="Consumer")
    add_journeys(world.acme, "Move in soon", state="future")
    add_journeys(world.acme, "Move in template", is_template=True)
    add_journeys(world.twin, "Move in elsewhere")
    bob = ApiClient(user=world.bob.user)

    def found(query: str) -> list[tuple[str, str]]:
        answer = bob.get(f"journeys/search?workspace={world.acme.id}&q=move{query}")
        return [(hit["name"], hit["detail"]) for hit in answer.json()["results"]]

    assert found("") == [("Move in", "Consumer"), ("Move in soon", "")]
    assert found("&state=current") == [("Move in", "Consumer")]
    assert bob.get(f"journeys/search?workspace={world.acme.id}&state=x").status_code == 400


def test_members_have_pages_and_a_search(world: SampleWorld) -> None:
    add_members(world.acme)
    url = reverse("members", args=[world.acme.workspace.slug])
    dana = signed_in(world.dana)

    def names(**query: str) -> list[str]:
        return [str(member) for member in dana.get(url, query).context["page"]]

    everyone = names() + names(page="2")
    assert len(names()) == 50
    assert len(everyone) == len(set(everyone)) > MANY
    assert names(q="MEMBER 07") == ["Member 07"]
    assert names(q="M7@acme") == ["Member 07"]
    assert names(q="charlie") == []
