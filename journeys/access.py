"""Access-checked lookups of personas, journeys and their parts. They raise the same errors as get_record()."""

from uuid import UUID

from changes.access import get_record
from changes.models import Stream
from core.actors import READ, Caller
from journeys.models import Journey, Lane, Measure, Note, Persona, Stage, Step


def require_journey_access(caller: Caller, stream: Stream, right: str) -> None:
    """Raise Forbidden unless the caller has the right in the journey's workspace.

    Raise NotFound if the caller can't enter the workspace. Members may read all of its journeys.
    """
    caller.actor_for(stream.workspace_id).require(right)


def get_persona(caller: Caller, persona_id: UUID, right: str = READ) -> Persona:
    return get_record(caller, Persona, persona_id, right)


def get_journey(caller: Caller, journey_id: UUID, right: str = READ) -> Journey:
    return get_record(caller, Journey, journey_id, right, "persona", "pair_of")


def get_stage(caller: Caller, stage_id: UUID, right: str = READ) -> Stage:
    return get_record(caller, Stage, stage_id, right, "journey")


def get_step(caller: Caller, step_id: UUID, right: str = READ) -> Step:
    return get_record(caller, Step, step_id, right, "stage__journey")


def get_lane(caller: Caller, lane_id: UUID, right: str = READ) -> Lane:
    return get_record(caller, Lane, lane_id, right, "department")


def get_note(caller: Caller, note_id: UUID, right: str = READ) -> Note:
    return get_record(caller, Note, note_id, right, "step__stage__journey")


def get_measure(caller: Caller, measure_id: UUID, right: str = READ) -> Measure:
    return get_record(caller, Measure, measure_id, right, "step__stage__journey")
