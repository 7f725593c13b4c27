"""Forms that choose a person: a select for a few, otherwise a search by name without scripts."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from journeys.models import Journey
from ownership.models import Appointment, Directorship
from people.models import Person
from tests.support.factories import SampleWorld
from tests.support.html_client import FormParser, send, signed_in
from tests.support.people import add_persons, fill_directory
from workspaces.models import Member, User


def propose(world: SampleWorld, **values: Any) -> HttpResponse:
    url = reverse("propose", args=[world.acme.stages["Buy"]])
    client = signed_in(world.dana)
    return send(client, url, values) if values else client.get(url)


def person_named(world: SampleWorld, name: str) -> Person:
    return world.acme.all(Person, name=name)[0]


def directors(world: SampleWorld) -> set[str]:
    rows = world.acme.all(Directorship, stage=world.acme.stages["Buy"])
    return {world.acme.read(Person, row.person_id).name for row in rows}


def options(answer: HttpResponse) -> list[str]:
    """Return the options for the person. The form also has a select for the department."""
    page = re.sub(r'(?s)<select name="department".*?</select>', "", answer.content.decode())
    return re.findall(r"<option[^>]*>([^<]*)</option>", page)


def test_a_few_persons_are_shown_in_a_select(world: SampleWorld) -> None:
    page = propose(world).content.decode()
    assert "data-picker" not in page
    assert '<select name="person"' in page
    propose(world, person=str(world.frank.person_id))
    assert directors(world) == {world.frank.person.name}


def test_a_text_brings_the_matches_and_keeps_what_was_typed(world: SampleWorld) -> None:
    fill_directory(world.acme)
    add_persons(world.acme, "Ana Lindqvist", job_title="Head of care")
    add_persons(world.acme, "Ana Berg")
    assert options(propose(world)) == []
    refused = propose(world, **{"person-text": "ana", "decision_rights": "Prices"})
    assert refused.status_code == 422
    assert options(refused)[1:] == ["Ana Berg", "Ana Lindqvist (Head of care)"]
    page = refused.content.decode()
    assert 'value="ana"' in page and ">\nPrices</textarea>" in page
    chosen = str(person_named(world, "Ana Berg").pk)
    propose(world, **{"person-text": "ana", "person": chosen, "decision_rights": "Prices"})
    assert directors(world) == {"Ana Berg"}


def test_a_whole_name_needs_no_choice(world: SampleWorld) -> None:
    fill_directory(world.acme)
    add_persons(world.acme, "Ana Lindqvist")
    propose(world, **{"person-text": "Ana Lindqvist"})
    assert directors(world) == {"Ana Lindqvist"}


@pytest.mark.parametrize("text", ["Twin Person", "twin", "acme"])
def test_a_person_of_another_workspace_is_never_found(world: SampleWorld, text: str) -> None:
    fill_directory(world.acme)
    add_persons(world.twin, "Twin Person")
    (stranger,) = world.twin.all(Person, name="Twin Person")
    refused = propose(world, **{"person-text": text, "person": str(stranger.pk)})
    assert refused.status_code == 422
    assert options(refused) == []
    assert "No matches." in refused.content.decode()
    assert directors(world) == set()


def test_a_typed_text_replaces_the_person_who_was_picked(world: SampleWorld) -> None:
    fill_directory(world.acme)
    add_persons(world.acme, "Ana Berg", "Bo Berg")
    ana = str(person_named(world, "Ana Berg").pk)
    propose(world, **{"person-text": "Bo Berg", "person": ana})
    assert directors(world) == {"Bo Berg"}


class TestLogin:
    """The login of a person: optional, searched among members, and compared on save."""

    @pytest.fixture
    def url(self, world: SampleWorld) -> str:
        users = User.objects.bulk_create(
            User(email=f"m{n}@{world.acme.workspace.slug}.test", name=f"Member {n}")
            for n in range(25)
        )
        Member.objects.bulk_create(
            Member(workspace=world.acme.workspace, user=one) for one in users
        )
        return reverse("person_edit", args=[world.frank.person_id])

    def save(self, world: SampleWorld, url: str, **values: str) -> None:
        answer = send(signed_in(world.dana), url, {"verb": "set", **values})
        assert answer.status_code == 303, answer.content.decode()

    def test_it_stays_if_nobody_touches_it(self, world: SampleWorld, url: str) -> None:
        self.save(world, url, job_title="Boss")
        person = world.frank.person
        assert (person.member_id, person.job_title) == (world.frank.member.pk, "Boss")

    def test_it_stays_as_someone_else_set_it(self, world: SampleWorld, url: str) -> None:
        client = signed_in(world.dana)
        page = client.get(url).content.decode()
        shown = FormParser(page[page.index('class="form-panel"') :]).found[0]["fields"]
        ids = {"type": "person", "id": str(world.frank.person_id)}
        world.acme.direct({"op": "set", **ids, "fields": {"member": None}})
        client.post(url, {**shown, "verb": "set", "job_title": "Boss"})
        assert (world.frank.person.member_id, world.frank.person.job_title) == (None, "Boss")

    def test_it_is_cleared_or_changed_by_text(self, world: SampleWorld, url: str) -> None:
        self.save(world, url, **{"member-text": ""})
        assert world.frank.person.member_id is None
        self.save(world, url, **{"member-text": "Member 7"})
        assert str(world.frank.person.member) == "Member 7"


class TestProducer:
    """The producer of a new journey: you, unless another person is searched or the text cleared."""

    @pytest.mark.parametrize(
        ("text", "expected"), [(None, ["alice"]), ("", []), ("Ana Berg", ["Ana Berg"])]
    )
    def test_it_is_chosen_by_text(
        self, world: SampleWorld, text: str | None, expected: list[str]
    ) -> None:
        fill_directory(world.acme)
        add_persons(world.acme, "Ana Berg")
        url = reverse("journey_add", args=[world.acme.workspace.slug])
        values = {"title": "New one", **({} if text is None else {"producer-text": text})}
        assert send(signed_in(world.alice), url, values).status_code == 303
        (journey,) = world.acme.all(Journey, title="New one")
        held = world.acme.all(Appointment, journey=journey.pk)
        people = [world.acme.read(Person, row.person_id) for row in held]
        assert [str(person.member or person) for person in people] == expected
