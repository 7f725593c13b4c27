"""Members who join the directory, and persons who leave and return."""

from datetime import date, timedelta

import pytest

from core.errors import Conflict, Forbidden
from people.models import Person, Placement
from people.services import person_ensure, person_leave, person_return
from tests.support.factories import SampleMember, SampleWorld
from workspaces.access import member_actor, system_actor
from workspaces.models import Member, User

LAST_DAY = date(2026, 6, 30)


def new_member(world: SampleWorld, email: str) -> Member:
    user = User.objects.create(email=email, name="Gil")
    return Member.objects.create(workspace=world.acme.workspace, user=user, role="viewer")


def placements_of(world: SampleWorld, member: SampleMember) -> list[tuple[date, date | None]]:
    rows = world.acme.all(Placement, person=member.person_id)
    return sorted((row.since, row.until) for row in rows)


def place(world: SampleWorld, member: SampleMember, since: date, until: date | None) -> None:
    days = {"since": since.isoformat(), "until": until.isoformat() if until else None}
    ids = {"person": str(member.person_id), "department": str(world.acme.departments["Care"])}
    world.acme.direct({"op": "add", "type": "placement", "fields": days | ids})


def test_a_member_in_the_directory_is_found(world: SampleWorld) -> None:
    assert person_ensure(actor=world.alice.actor).pk == world.alice.person_id


def test_a_member_is_linked_to_the_person_with_their_email(world: SampleWorld) -> None:
    email = f"gil@{world.acme.workspace.slug}.test"
    fields = {"name": "Gil Sand", "email": email.upper()}
    world.acme.direct({"op": "add", "type": "person", "fields": fields})
    member = new_member(world, email)
    person = person_ensure(actor=member_actor(member))
    assert (person.name, person.member_id) == ("Gil Sand", member.pk)
    assert person_ensure(actor=member_actor(member)).pk == person.pk


def test_a_member_without_a_person_is_added(world: SampleWorld) -> None:
    member = new_member(world, f"gil@{world.acme.workspace.slug}.test")
    person = person_ensure(actor=member_actor(member))
    assert (person.name, person.email, person.member_id) == ("Gil", member.user.email, member.pk)


def test_an_email_that_belongs_to_another_login_is_not_used_twice(world: SampleWorld) -> None:
    member = new_member(world, "alice@acme.test")
    person = person_ensure(actor=member_actor(member))
    assert (person.email, person.member_id) == ("", member.pk)
    assert world.alice.person.member_id == world.alice.member.pk


def test_an_actor_without_a_membership_has_no_person(world: SampleWorld) -> None:
    before = len(world.acme.all(Person))
    assert person_ensure(actor=system_actor(world.acme.id)) is None
    assert len(world.acme.all(Person)) == before


def test_leaving_ends_placements_and_removes_those_that_have_not_begun(world: SampleWorld) -> None:
    began, day = date(2026, 1, 1), timedelta(days=1)  # frank has been in Network since then
    place(world, world.frank, began, LAST_DAY - day)
    place(world, world.frank, LAST_DAY + day, None)
    person_leave(person=world.frank.person, left_on=LAST_DAY, actor=world.dana.actor)
    assert world.frank.person.left_on == LAST_DAY
    assert placements_of(world, world.frank) == [(began, LAST_DAY - day), (began, LAST_DAY)]


def test_leaving_twice_is_refused(world: SampleWorld) -> None:
    person_leave(person=world.frank.person, left_on=LAST_DAY, actor=world.dana.actor)
    with pytest.raises(Conflict) as refused:
        person_leave(person=world.frank.person, left_on=LAST_DAY, actor=world.dana.actor)
    assert refused.value.code == "person-left"


def test_returning_clears_the_last_day_but_not_the_end_of_placements(world: SampleWorld) -> None:
    person_leave(person=world.frank.person, left_on=LAST_DAY, actor=world.dana.actor)
    person_return(person=world.frank.person, actor=world.dana.actor)
    assert world.frank.person.left_on is None
    assert [until for _, until in placements_of(world, world.frank)] == [LAST_DAY]


def test_leaving_and_returning_require_the_people_right(world: SampleWorld) -> None:
    person = world.frank.person
    with pytest.raises(Forbidden):
        person_leave(person=person, left_on=LAST_DAY, actor=world.alice.actor)
    with pytest.raises(Forbidden):
        person_return(person=person, actor=world.alice.actor)
