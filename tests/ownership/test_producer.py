"""A journey's creator becomes its producer, who can propose directors, also on the map."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from changes.live.authorization import authorize_socket, recheck_access
from changes.models import ChangeSet
from changes.services import undo
from core.actors import APPOINT
from journeys.models import Journey
from journeys.services import journey_create
from ownership.models import Appointment
from ownership.services import appointment_create
from people.models import Person
from people.services import person_ensure, person_leave
from tests.support.api_client import personal_client
from tests.support.factories import SampleWorld
from tests.support.html_client import send, signed_in, without_isolation
from workspaces.access import system_actor
from workspaces.models import Member, User


def new(world: SampleWorld, **typed: Any) -> None:
    url = reverse("journey_add", args=[world.acme.workspace.slug])
    send(signed_in(world.alice), url, {"title": "Made"} | typed)


def from_template(world: SampleWorld) -> None:
    url = reverse("journey_add", args=[world.acme.workspace.slug]) + "?template=hotel-stay"
    send(signed_in(world.alice), url, {"title": "Made"})


def copied(door: str) -> Callable[[SampleWorld], None]:
    def copy(world: SampleWorld) -> None:
        url = reverse(door, args=[world.acme.journey])
        send(signed_in(world.alice), url, {}, title="Made")

    return copy


def imported(world: SampleWorld) -> None:
    url = reverse("map_import", args=[world.acme.workspace.slug])
    text = "journey\n  title Made\n  section Morning\n    Make tea: 5: Me\n"
    assert signed_in(world.alice).post(url, {"text": text}).status_code == 303


def by_token(body: dict[str, Any]) -> Callable[[SampleWorld], None]:
    def post(world: SampleWorld) -> None:
        program = personal_client(world.alice.actor, "maps:write", "touchpoints:write")
        assert program.post("journeys", {"title": "Made"} | body).status_code == 201

    return post


DOORS = {
    "form": new,
    "template": from_template,
    "copy": copied("journey_duplicate"),
    "future": copied("journey_future"),
    "import": imported,
    "API": by_token({}),
    "API, template": by_token({"template": "hotel-stay"}),
}


def producers(world: SampleWorld, title: str = "Made") -> list[UUID]:
    (journey,) = world.acme.all(Journey, title=title)
    rows = world.acme.all(Appointment, journey=journey.pk, office="producer", ended_at=None)
    return [row.person_id for row in rows]


@pytest.mark.parametrize("door", DOORS)
def test_whoever_makes_a_journey_is_its_producer(world: SampleWorld, door: str) -> None:
    DOORS[door](world)
    assert producers(world) == [world.alice.person_id]


def test_a_template_has_no_producer(world: SampleWorld) -> None:
    copied("journey_template")(world)
    assert producers(world) == []


def test_the_form_may_say_somebody_else_or_nobody(world: SampleWorld) -> None:
    for chosen, expected in (("", []), (str(world.frank.person_id), [world.frank.person_id])):
        new(world, title=f"By {chosen}", producer=chosen)
        assert producers(world, f"By {chosen}") == expected


@pytest.mark.parametrize("is_known_by_mail", [True, False])
def test_a_member_without_person_is_linked_or_added(
    world: SampleWorld, is_known_by_mail: bool
) -> None:
    user = User.objects.create_user(f"new-{world.acme.id}@x.test", name="Nora New")
    member = Member.objects.create(workspace=world.acme.workspace, user=user, role="editor")
    actor = system_actor(world.acme.id)
    if is_known_by_mail:
        fields = {"name": "Nora", "email": user.email.upper()}
        world.acme.direct({"op": "add", "type": "person", "fields": fields}, actor=actor)
    maker = world.alice.actor.__class__(
        world.acme.id, "member", member.pk, world.alice.actor.rights, member_id=member.pk
    )
    journey = journey_create(actor=maker, title="Made", first_stage="Begin")
    journey_create(actor=maker, title="Again")
    (person,) = world.acme.all(Person, member=member.pk)
    assert person_ensure(actor=maker) == person
    assert person.name == ("Nora" if is_known_by_mail else "Nora New")
    assert producers(world) == producers(world, "Again") == [person.pk]
    # The creator can undo the creation, even without the right to write the directory.
    (made,) = world.acme.all(ChangeSet, stream=journey.pk, version=1)
    undo(made.gesture, actor=maker)
    assert world.acme.all(Journey, title="Made") == []


def test_who_has_left_is_no_producer_and_a_program_names_none(world: SampleWorld) -> None:
    person_leave(person=world.alice.person, left_on=date(2026, 1, 31), actor=world.dana.actor)
    new(world)
    assert producers(world) == []
    journey_create(actor=system_actor(world.acme.id), title="By cxmap")
    assert producers(world, "By cxmap") == []


def test_producer_and_sponsor_name_directors_on_the_map_and_others_ask(world: SampleWorld) -> None:
    url = reverse("journey_map", args=[world.acme.journey])

    def can(who: str) -> tuple[bool, bool]:
        """Return whether a member may appoint, according to the page's boot data and the socket."""
        member = getattr(world, who)
        boot = signed_in(member).get(url).context["boot"]
        entry = authorize_socket(member.user, "no-session", "journey", world.acme.journey)
        rechecked = recheck_access([entry]).memberships[entry.membership_key]
        assert rechecked.rights == entry.membership.rights
        return APPOINT in boot["can"], APPOINT in rechecked.rights

    before = signed_in(world.alice).get(url)
    assert before.context["boot"]["admin"]["member"] == str(world.dana.member.pk)
    html = without_isolation(before.content.decode())
    assert "Ask dana" in html and "Propose a director" not in html
    journey = world.acme.read(Journey, world.acme.journey)
    for office, who in (("producer", "alice"), ("sponsor", "erin")):
        assert can(who) == (False, False)
        person = getattr(world, who).person
        appointment_create(journey=journey, office=office, person=person, actor=world.dana.actor)
        assert can(who) == (True, True)
    assert can("bob") == (False, False)
    listed = signed_in(world.bob).get(reverse("journey", args=[world.acme.journey]))
    ask = f"{reverse('comment_add', args=['stage', world.acme.stages['Buy']])}?ask="
    assert f"{ask}{world.alice.member.pk}" in listed.content.decode()
    form = signed_in(world.bob).get(f"{ask}{world.alice.member.pk}").content.decode()
    assert "@alice Who should direct “Buy”?" in form
    members = signed_in(world.bob).get(url).context["boot"]["members"]
    assert {one["name"] for one in members} == {"bob", "alice", "erin", "dana"}
