"""Read journeys as they were at earlier versions. Call these functions inside tenant_scope()."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from changes.history import related_record_type
from changes.models import Record, record_types
from changes.queries import current_or_last_known, snapshot_at
from changes.recorder import record_from_log
from journeys.models import Journey, Lane, Measure, Note, Persona, Stage, Step
from ownership.handoff_marks import HandOffMark, recorded_handoff_marks
from ownership.models import Appointment, Claim, Deputy, Directorship
from ownership.queries import StageOwnership, State, build_stage_ownership, recorded_states
from pages.queries.journeys import JourneyTree, build_journey_tree
from people.models import Department, Person
from storyboards.models import Frame
from touchpoints.models import Channel, Promise, Touchpoint

NO_INSTANT = datetime.min.replace(tzinfo=UTC)  # public snapshots contain no times


@dataclass
class JourneyVersion:
    """A journey as it was at one version, as unsaved model instances."""

    journey: Journey
    tree: JourneyTree
    appointments: dict[str, Appointment]


def journey_at_version(journey: Journey, version: int) -> JourneyVersion | None:
    """Return a journey as it was at a version, or None if the journey didn't exist yet.

    Directory records have their current names or, if they were removed, their last ones. Runs the
    queries of a snapshot, and at most two for each of five types.
    """
    return journey_from_snapshot(journey.workspace_id, snapshot_at(journey.pk, version))


def journey_from_snapshot(workspace_id: UUID, snapshot: Mapping[str, Any]) -> JourneyVersion | None:
    """Return the journey in a snapshot, or None if the snapshot contains none.

    The states of stages and hand-offs are those under `ownership` and `handoffs` in the snapshot. Without them, they
    are computed from its records.
    Directory records that aren't in the snapshot are read from the database, with their current
    names.
    """
    rows = SnapshotRows(workspace_id, snapshot)
    journeys = rows.of(Journey, persona=Persona)
    if not journeys:
        return None
    directorships = rows.of(Directorship, person=Person, department=Department, agreed_by=Person)
    held = {row.pk: row for row in directorships}
    deputies = rows.of(Deputy, person=Person)
    for deputy in deputies:
        deputy.directorship = held[deputy.directorship_id]
    stages = rows.of(Stage)
    states = snapshot.get("ownership") or recorded_states(snapshot["records"])
    return JourneyVersion(
        journeys[0],
        build_journey_tree(
            rows.of(Lane, department=Department),
            stages,
            rows.of(Step, opens=Journey),
            rows.of(Touchpoint, channel=Channel),
            rows.of(Note),
            rows.of(Measure),
            rows.of(Frame),
            sorted(rows.of(Promise), key=lambda promise: (promise.title, str(promise.pk))),
            build_stage_ownership(
                [
                    StageOwnership(stage.pk, states.get(str(stage.pk), State.VACANT.value))
                    for stage in stages
                ],
                sorted(
                    (
                        directorship
                        for directorship in directorships
                        if directorship.ended_at is None
                    ),
                    key=lambda directorship: directorship.proposed_at or NO_INSTANT,
                ),
                sorted(
                    (
                        claim
                        for claim in rows.of(Claim, person=Person, department=Department)
                        if claim.ended_at is None
                    ),
                    key=lambda claim: claim.made_at,
                ),
                deputies,
            ),
            _handoff_marks(snapshot),
        ),
        {
            appointment.office: appointment
            for appointment in rows.of(Appointment, person=Person)
            if appointment.ended_at is None
        },
    )


def _handoff_marks(snapshot: Mapping[str, Any]) -> dict[UUID, HandOffMark]:
    """Return the marks of hand-offs without links, because hand-offs of earlier versions have no pages."""
    if "handoffs" in snapshot:
        return {UUID(pk): HandOffMark(state) for pk, state in snapshot["handoffs"].items()}
    marks = recorded_handoff_marks(snapshot["records"])
    return {pk: mark._replace(handoff_id=None) for pk, mark in marks.items()}


class SnapshotRows:
    """The records of a snapshot, as model instances in order."""

    def __init__(self, workspace_id: UUID, snapshot: Mapping[str, Any]) -> None:
        self._workspace_id = workspace_id
        self._stream = UUID(snapshot["stream"])
        self._fields: dict[str, dict[UUID, Any]] = defaultdict(dict)
        for record in snapshot["records"]:
            self._fields[record["type"]][UUID(record["id"])] = record["fields"]
        self._known: dict[type[Record], dict[UUID, Any]] = {}

    def of(self, model: Any, **links: type[Record]) -> list[Any]:
        """Return the snapshot's rows of a model, in order.

        `links` maps foreign keys to the type of directory record that they refer to. These records are
        set on the rows.
        """
        rows = [
            record_from_log(model, pk, self._stream, fields)
            for pk, fields in self._fields[model.slug].items()
        ]
        for name, target in links.items():
            known = self._directory(target)
            for row in rows:
                linked = row.serializable_value(name)
                if linked is not None:
                    setattr(row, name, known[linked])
        order = model.place.order_field if model.place else ""
        return sorted(rows, key=lambda row: (getattr(row, order) if order else "", str(row.pk)))

    def _directory(self, model: type[Record]) -> dict[UUID, Any]:
        """Return the directory records of a model to which the snapshot refers, by id."""
        if model not in self._known:
            ids = {
                UUID(value)
                for slug, rows in self._fields.items()
                for fields in rows.values()
                for name, value in fields.items()
                if value is not None and related_record_type(record_types()[slug], name) is model
            }
            own = self._fields[model.slug]
            known = {
                pk: record_from_log(model, pk, self._stream, own[pk]) for pk in ids & own.keys()
            }
            others = current_or_last_known(self._workspace_id, model, ids - own.keys())
            self._known[model] = {**known, **others}
        return self._known[model]
