"""The cast and the two twin workspaces that tests play in.

alice edits, bob views, dana is admin, erin executive, oscar ombudsman, frank directs nothing yet
but can; charlie is a stranger, editor of the twin, where everything has the same name.
"""

import secrets
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from changes.ops import parse
from changes.services import edit, record
from changes.tenancy import tenant
from journeys.models import Journey
from people.models import Department, Person
from workspaces.access import Actor, Caller, machine, member_actor, user_caller
from workspaces.ids import uuid7
from workspaces.models import Member, User, Workspace

PASSWORD = "correct-horse-battery"
ROLES = {
    "alice": "editor",
    "bob": "viewer",
    "dana": "admin",
    "erin": "executive",
    "oscar": "ombudsman",
    "frank": "viewer",
}
PLACED = {"alice": "Retail", "bob": "Retail", "dana": "Care", "erin": "Care", "frank": "Network"}
STAGES = {"Choose": ["Looks", "Asks"], "Buy": ["Signs", "Waits"], "Use": ["Calls"]}


@dataclass
class Somebody:
    """A login with its membership and, in the directory, its person."""

    user: User
    member: Member
    person_id: UUID

    @property
    def actor(self) -> Actor:
        return member_actor(Member.objects.get(pk=self.member.pk))

    @property
    def caller(self) -> Caller:
        return user_caller(self.user)

    @property
    def person(self) -> Person:
        with tenant([self.member.workspace_id]):
            return Person.objects.get(pk=self.person_id)


@dataclass
class Place:
    """One workspace: its directory and its one journey, by name."""

    workspace: Workspace
    people: dict[str, Somebody] = field(default_factory=dict)
    departments: dict[str, UUID] = field(default_factory=dict)
    channels: dict[str, UUID] = field(default_factory=dict)
    persona: UUID | None = None
    journey: UUID | None = None
    stages: dict[str, UUID] = field(default_factory=dict)
    steps: dict[str, UUID] = field(default_factory=dict)
    lanes: dict[str, UUID] = field(default_factory=dict)
    touchpoints: dict[str, UUID] = field(default_factory=dict)
    promises: dict[str, UUID] = field(default_factory=dict)

    @property
    def id(self) -> UUID:
        return self.workspace.id

    def edit(self, *ops: dict[str, Any], actor: Actor | None = None) -> Any:
        """Apply ops to the journey, as the machine unless somebody is named."""
        return edit(self.journey, parse(list(ops)), actor=actor or machine(self.id))

    def read(self, model: Any, record_id: UUID) -> Any:
        with tenant([self.id]):
            return model.objects.filter(pk=record_id).first()

    def all(self, model: Any, **filters: Any) -> list[Any]:
        with tenant([self.id]):
            return list(model.objects.filter(**filters))

    def department(self, name: str) -> Department:
        return self.read(Department, self.departments[name])


@dataclass
class World:
    acme: Place
    twin: Place

    def __getattr__(self, name: str) -> Somebody:
        """Return somebody by name: of acme, or charlie of the twin."""
        place = self.twin if name == "charlie" else self.acme
        if name in place.people:
            return place.people[name]
        raise AttributeError(name)


def build_world() -> World:
    suffix = secrets.token_hex(4)  # the database is not cleared between tests
    acme = build_place(f"acme-{suffix}", ROLES)
    twin = build_place(f"twin-{suffix}", {"charlie": "editor", "tessa": "admin"})
    return World(acme, twin)


def build_place(slug: str, roles: dict[str, str]) -> Place:
    place = Place(Workspace.objects.create(name="Acme", slug=slug))
    _directory(place, roles)
    _journey(place)
    return place


def _directory(place: Place, roles: dict[str, str]) -> None:
    ops = [
        _add("department", place.departments, name, name=name)
        for name in ("Retail", "Network", "Care")
    ]
    ops += [_add("channel", place.channels, name, name=name) for name in ("Shop", "Phone")]
    place.persona = uuid7()
    ops.append(
        {"op": "add", "type": "persona", "id": str(place.persona), "fields": {"name": "Amara"}}
    )
    for name, role in roles.items():
        user = User.objects.create_user(f"{name}@{place.workspace.slug}.test", PASSWORD, name=name)
        member = Member.objects.create(workspace=place.workspace, user=user, role=role)
        person = uuid7()
        place.people[name] = Somebody(user, member, person)
        ops.append(
            {
                "op": "add",
                "type": "person",
                "id": str(person),
                "fields": {
                    "name": name.title(),
                    "email": f"{name}@acme.test",
                    "member": str(member.id),
                },
            }
        )
        if name in PLACED:
            ops.append(
                {
                    "op": "add",
                    "type": "placement",
                    "fields": {
                        "person": str(person),
                        "department": str(place.departments[PLACED[name]]),
                        "since": "2026-01-01",
                    },
                }
            )
    edit(place.id, parse(ops), actor=machine(place.id))


def _journey(place: Place) -> None:
    place.journey = uuid7()
    with record([place.id], action="journey.create", actor=machine(place.id)) as recorder:
        recorder.open_stream(place.journey)
        recorder.add(
            Journey(
                id=place.journey,
                stream_id=place.journey,
                title="A contract",
                status="live",
                persona_id=place.persona,
            )
        )
    ops = [
        _add("lane", place.lanes, "unassigned", kind="unassigned"),
        *(
            _add("lane", place.lanes, name, department=str(place.departments[name]))
            for name in ("Retail", "Network")
        ),
    ]
    for stage, steps in STAGES.items():
        ops.append(_add("stage", place.stages, stage, title=stage))
        for step in steps:
            ops.append(
                _add("step", place.steps, step, title=step)
                | {"place": {"stage": str(place.stages[stage])}}
            )
    for index, (title, step, lane) in enumerate(
        [
            ("Sees an ad", "Looks", "Retail"),
            ("Asks in the shop", "Asks", "Retail"),
            ("Reads the leaflet", "Asks", "Retail"),
            ("Signs", "Signs", "Retail"),
            ("Line is switched", "Waits", "Network"),
            ("Hears nothing", "Waits", "Network"),
            ("Calls the hotline", "Calls", "unassigned"),
            ("Is called back", "Calls", "Network"),
        ]
    ):
        ops.append(
            _add("touchpoint", place.touchpoints, title, title=title, emotion=index % 5 - 2)
            | {"place": {"step": str(place.steps[step]), "lane": str(place.lanes[lane])}}
        )
    for title, made, tested in (
        ("Live in a day", "Signs", "Waits"),
        ("A call back", "Asks", "Calls"),
    ):
        ops.append(
            _add(
                "promise",
                place.promises,
                title,
                title=title,
                made_in=str(place.steps[made]),
                tested_in=str(place.steps[tested]),
            )
        )
    place.edit(*ops)


def _add(slug: str, ids: dict[str, UUID], name: str, /, **fields: Any) -> dict[str, Any]:
    ids[name] = uuid7()
    return {"op": "add", "type": slug, "id": str(ids[name]), "fields": fields}
