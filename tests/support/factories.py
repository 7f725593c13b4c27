"""The people and the two identical workspaces that tests use.

alice is an editor, bob a viewer, dana an admin, erin an executive and oscar an ombudsman. frank is
a viewer who doesn't direct anything yet but could. charlie is an editor of the twin workspace, in
which everything has the same name.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password

from changes.models import Record
from changes.ops import parse_ops
from changes.services import Recorder, apply_ops, change_set
from core import fractional_index
from core.actors import Actor, Caller
from core.ids import uuid7
from core.tenancy import tenant_scope
from journeys.models import Journey, Lane, Measure, Note, Persona, Stage, Step
from people.models import Department, Person, Placement
from storyboards.models import Frame
from touchpoints.models import Channel, Promise, Touchpoint
from workspaces.access import member_actor, system_actor, user_caller
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
TWIN_ROLES = {"charlie": "editor", "tessa": "admin"}
PLACED = {"alice": "Retail", "bob": "Retail", "dana": "Care", "erin": "Care", "frank": "Network"}
STAGES = {"Choose": ["Looks", "Asks"], "Buy": ["Signs", "Waits"], "Use": ["Calls"]}
TOUCHPOINTS = [
    ("Sees an ad", "Looks", "Retail"),
    ("Asks in the shop", "Asks", "Retail"),
    ("Reads the leaflet", "Asks", "Retail"),
    ("Signs", "Signs", "Retail"),
    ("Line is switched", "Waits", "Network"),
    ("Hears nothing", "Waits", "Network"),
    ("Calls the hotline", "Calls", "unassigned"),
    ("Is called back", "Calls", "Network"),
]
NOTES = [("pain", "Nobody says when"), ("idea", "Say when")]
PROMISES = [("Live in a day", "Signs", "Waits"), ("A call back", "Asks", "Calls")]


@dataclass
class SampleMember:
    """A user with their membership and, in the directory, their person."""

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
        with tenant_scope([self.member.workspace_id]):
            return Person.objects.get(pk=self.person_id)


@dataclass
class SampleWorkspace:
    """A workspace with the ids of everything in its directory and its one journey, by name."""

    workspace: Workspace
    people: dict[str, SampleMember] = field(default_factory=dict)
    departments: dict[str, UUID] = field(default_factory=dict)
    channels: dict[str, UUID] = field(default_factory=dict)
    persona: UUID | None = None
    journey: UUID | None = None
    stages: dict[str, UUID] = field(default_factory=dict)
    steps: dict[str, UUID] = field(default_factory=dict)
    lanes: dict[str, UUID] = field(default_factory=dict)
    touchpoints: dict[str, UUID] = field(default_factory=dict)
    promises: dict[str, UUID] = field(default_factory=dict)
    notes: dict[str, UUID] = field(default_factory=dict)
    measures: dict[str, UUID] = field(default_factory=dict)
    frames: dict[str, UUID] = field(default_factory=dict)

    @property
    def id(self) -> UUID:
        return self.workspace.id

    def edit(self, *ops: dict[str, Any], actor: Actor | None = None) -> Recorder:
        """Apply ops to the journey, as the system unless an actor is given."""
        return apply_ops(self.journey, parse_ops(list(ops)), actor=actor or system_actor(self.id))

    def direct(self, *ops: dict[str, Any], actor: Actor | None = None) -> Recorder:
        """Apply ops to the directory, as the system unless an actor is given."""
        return apply_ops(self.id, parse_ops(list(ops)), actor=actor or system_actor(self.id))

    def read(self, model: Any, record_id: UUID) -> Any:
        with tenant_scope([self.id]):
            return model.objects.filter(id=record_id).first()

    def all(self, model: Any, **filters: Any) -> list[Any]:
        with tenant_scope([self.id]):
            return list(model.objects.filter(**filters))

    def id_of(self, slug: str, name: str) -> UUID:
        """Return the id of a record of the journey by its type and label."""
        ids = {
            "stage": self.stages,
            "step": self.steps,
            "lane": self.lanes,
            "touchpoint": self.touchpoints,
            "promise": self.promises,
            "note": self.notes,
            "measure": self.measures,
            "frame": self.frames,
        }
        return ids[slug][name]

    def department(self, name: str) -> Department:
        return self.read(Department, self.departments[name])


@dataclass
class SampleWorld:
    acme: SampleWorkspace
    began: int = 2  # sets in each feed when a test begins: one of the directory, one of the journey

    @cached_property
    def twin(self) -> SampleWorkspace:
        """The twin workspace, built when a test first asks for it, because few tests do."""
        slug = self.acme.workspace.slug.replace("acme", "twin")
        return build_workspace(slug, TWIN_ROLES)

    def __getattr__(self, name: str) -> SampleMember:
        """Return a person by name: charlie from twin, anyone else from acme."""
        place = self.twin if name in TWIN_ROLES else self.acme
        if name in place.people:
            return place.people[name]
        raise AttributeError(name)


def build_world() -> SampleWorld:
    # The database isn't cleared between tests.
    return SampleWorld(build_workspace(f"acme-{secrets.token_hex(4)}", ROLES))


def build_workspace(slug: str, roles: dict[str, str]) -> SampleWorkspace:
    """Create a workspace, its users, and in one gesture its directory and its journey."""
    place = SampleWorkspace(Workspace.objects.create(name="Acme", slug=slug))
    _logins(place, roles)
    with change_set([place.id], action="journey.create", actor=system_actor(place.id)) as recorder:
        _directory(place, recorder)
        _journey(place, recorder)
    return place


def _logins(place: SampleWorkspace, roles: dict[str, str]) -> None:
    secret = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(email=f"{name}@{place.workspace.slug}.test", password=secret, name=name)
        for name in roles
    )
    members = Member.objects.bulk_create(
        Member(workspace=place.workspace, user=user, role=roles[user.name]) for user in users
    )
    for user, member in zip(users, members, strict=True):
        place.people[user.name] = SampleMember(user, member, uuid7())


def _directory(place: SampleWorkspace, recorder: Recorder) -> None:
    def add(rows: Iterable[Record]) -> dict[str, UUID]:
        return _add(recorder, place.id, rows)

    place.departments = add(Department(name=name) for name in ("Retail", "Network", "Care"))
    place.channels = add(Channel(name=name) for name in ("Shop", "Phone"))
    place.persona = add([Persona(name="Amara")])["Amara"]
    add(
        Person(
            id=person.person_id,
            name=name.title(),
            email=f"{name}@acme.test",
            member_id=person.member.id,
        )
        for name, person in place.people.items()
    )
    recorder.add_many(
        [
            Placement(
                stream_id=place.id,
                person_id=person.person_id,
                department_id=place.departments[PLACED[name]],
                since=date(2026, 1, 1),
            )
            for name, person in place.people.items()
            if name in PLACED
        ]
    )


def _journey(place: SampleWorkspace, recorder: Recorder) -> None:
    place.journey = uuid7()
    recorder.open_stream(place.journey, "journey")

    def add(rows: Iterable[Record]) -> dict[str, UUID]:
        return _add(recorder, place.journey, rows)

    add([Journey(id=place.journey, title="A contract", status="live", persona_id=place.persona)])
    lanes = [
        Lane(stream_id=place.journey, journey_id=place.journey, position=key, **fields)
        for key, fields in zip(
            fractional_index.keys_between(3),
            [
                {"kind": "unassigned"},
                {"department_id": place.departments["Retail"]},
                {"department_id": place.departments["Network"]},
            ],
            strict=True,
        )
    ]
    recorder.add_many(lanes)
    names = ("unassigned", "Retail", "Network")
    place.lanes = {name: lane.pk for name, lane in zip(names, lanes, strict=True)}
    place.stages = add(
        Stage(journey_id=place.journey, title=title, position=key)
        for title, key in zip(STAGES, fractional_index.keys_between(len(STAGES)), strict=True)
    )
    place.steps = add(
        Step(stage_id=place.stages[stage], title=title, position=key)
        for stage, steps in STAGES.items()
        for title, key in zip(steps, fractional_index.keys_between(len(steps)), strict=True)
    )
    place.touchpoints = add(
        Touchpoint(
            step_id=place.steps[step],
            lane_id=place.lanes[lane],
            title=title,
            emotion=index % 5 - 2,
            position=key,
            source="crm",
            external_id=f"tp-{index}",
        )
        for index, ((title, step, lane), key) in enumerate(
            zip(TOUCHPOINTS, fractional_index.keys_between(len(TOUCHPOINTS)), strict=True)
        )
    )
    place.promises = add(
        Promise(title=title, made_in_id=place.steps[made], tested_in_id=place.steps[tested])
        for title, made, tested in PROMISES
    )
    waits = place.steps["Waits"]
    keys = fractional_index.keys_between(2)
    place.notes = add(
        Note(step_id=waits, kind=kind, title=title, position=key)
        for (kind, title), key in zip(NOTES, keys, strict=True)
    )
    place.measures = add(
        [
            Measure(
                step_id=waits,
                title="Days of waiting",
                value=6.5,
                unit="days",
                target=2,
                better="lower",
                trend=[4, 5, 6.5],
                position=fractional_index.FIRST_KEY,
            )
        ]
    )
    place.frames = add(
        [Frame(step_id=waits, caption="Waits at home", position=fractional_index.FIRST_KEY)]
    )


def _add(recorder: Recorder, stream_id: UUID, rows: Iterable[Record]) -> dict[str, UUID]:
    """Add rows of one type to a stream, and return their ids by label."""
    records = list(rows)
    for row in records:
        row.stream_id = stream_id
    recorder.add_many(records)
    return {row.label: row.pk for row in records}


def op(verb, slug, record_id=None, **rest):
    named = {"id": str(record_id)} if record_id else {}
    return {"op": verb, "type": slug, **named, **rest}


def write(world: SampleWorld, model, record_id, **changes):
    """Change fields that no service changes (times), through the recorder."""
    row = world.acme.read(model, record_id)
    with change_set([row.stream_id], action="test", actor=system_actor(world.acme.id)) as recorder:
        recorder.set(row, **changes)
