"""Services for the departments and persons that take part in stages."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext

from changes.services import Recorder, change_set
from core.actors import DRAW, Actor
from core.errors import InvalidRequest
from journeys.models import Stage
from ownership.access import require_present
from ownership.models import Contributor
from people.models import Department, Person

MAX_CELLS = 400  # in one request: the page has two inputs for each, and Django accepts 1,000


class Cell(NamedTuple):
    """A cell of the matrix: a stage, and either a department or a person."""

    stage_id: UUID
    department_id: UUID | None
    person_id: UUID | None


def contributor_create(
    *,
    stage: Stage,
    part: str,
    department: Department | None = None,
    person: Person | None = None,
    actor: Actor,
) -> Contributor:
    """Give a department or a person a part in a stage. Requires `draw`. Logs `contributor.create`.

    Raise Conflict if it already has a part there, or if the person has left.
    """
    _require_draw(actor)
    if (department is None) == (person is None):
        raise InvalidRequest.at(
            "/department", "required", gettext("Name either a department or a person.")
        )
    with change_set(
        [stage.stream_id], action="contributor.create", actor=actor, undoable=False
    ) as recorder:
        if person is not None:
            require_present(person)
        contributor = Contributor(
            stream_id=stage.stream_id, stage=stage, department=department, person=person, part=part
        )
        return recorder.add_unique(contributor)


def contributor_update(*, contributor: Contributor, part: str, actor: Actor) -> Contributor:
    """Change the part of a contributor. Requires `draw`. Logs `contributor.update`."""
    _require_draw(actor)
    with change_set(
        [contributor.stream_id], action="contributor.update", actor=actor, undoable=False
    ) as recorder:
        return recorder.set(recorder.reload(contributor), part=part)


def contributor_remove(*, contributor: Contributor, actor: Actor) -> None:
    """Remove a contributor. Requires `draw`. Logs `contributor.remove`."""
    _require_draw(actor)
    with change_set(
        [contributor.stream_id], action="contributor.remove", actor=actor, undoable=False
    ) as recorder:
        recorder.remove(recorder.reload(contributor))


def responsibilities_update(
    *, journey_id: UUID, parts: Mapping[Cell, str], actor: Actor
) -> Recorder:
    """Set cells of a journey's matrix in one gesture. The part "" empties a cell.

    Requires `draw`. Stages that were removed meanwhile are skipped. Raise Conflict `person-left` if a new cell is of a
    person who has left. Logs `responsibilities.update`.
    """
    _require_draw(actor)
    with change_set(
        [journey_id], action="responsibilities.update", actor=actor, undoable=False
    ) as recorder:
        stages = recorder.fetch(Stage, {cell.stage_id for cell in parts})
        wanted = {cell: part for cell, part in parts.items() if cell.stage_id in stages}
        rows = Contributor.objects.filter(stream=journey_id, stage__in=stages)
        present = {cell_of(row): row for row in rows}
        recorder.remove_many([row for cell, row in present.items() if wanted.get(cell) == ""])
        recorder.set_many(
            Contributor,
            {row.pk: {"part": wanted[cell]} for cell, row in present.items() if wanted.get(cell)},
        )
        added = {cell: part for cell, part in wanted.items() if part and cell not in present}
        for person in Person.objects.filter(pk__in={c.person_id for c in added if c.person_id}):
            require_present(person)
        recorder.add_many(
            [
                Contributor(stream_id=journey_id, part=part, **cell._asdict())
                for cell, part in added.items()
            ]
        )
    return recorder


def cell_of(contributor: Contributor) -> Cell:
    return Cell(contributor.stage_id, contributor.department_id, contributor.person_id)


def _require_draw(actor: Actor) -> None:
    actor.require(DRAW, f"{Contributor.scope}:write")
