"""Where touchpoints from other systems come to stand: in the steps and lanes of their journeys."""

from uuid import UUID

from changes import fractional_index
from changes.services import Recorder
from journeys.models import Lane, Stage, Step
from touchpoints.sync_payloads import ExistingRow, SyncItem

UNASSIGNED = Lane.Kind.UNASSIGNED.value


class PlacementResolver:
    """The stages, steps and lanes there are; it makes a lane, or a first step, where one lacks."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        here = {"stream_id__in": list(recorder.streams)}
        self.stages = dict(Stage.objects.filter(**here).values_list("pk", "stream_id"))
        self.steps: dict[UUID, tuple[UUID, UUID]] = {}  # step -> its stage and stream
        self.last_step: dict[UUID, UUID] = {}  # of a stage
        steps = Step.objects.filter(**here).order_by("position", "pk")
        for step_id, stage_id, stream_id in steps.values_list("pk", "stage_id", "stream_id"):
            self.steps[step_id] = (stage_id, stream_id)
            self.last_step[stage_id] = step_id
        self.lanes: dict[UUID, UUID] = {}  # lane -> its stream
        self.lane_of: dict[tuple[UUID, UUID | str], UUID] = {}  # stream and department (or kind)
        self.last_key: dict[UUID, str] = {}  # of a stream's lanes
        for lane in Lane.objects.filter(**here).order_by("position", "pk"):
            self._index_lane(lane)

    def _index_lane(self, lane: Lane) -> None:
        self.lanes[lane.pk] = lane.stream_id
        self.lane_of[lane.stream_id, lane.department_id or lane.kind] = lane.pk
        self.last_key[lane.stream_id] = lane.position

    def validate(self, item: SyncItem, row: ExistingRow | None) -> None:
        """Fail an item whose place is not there, or in another journey than its row."""
        stream_id = self.stream_of(item)
        if not item.is_open:
            return
        if stream_id is None and row is None:
            item.fail("stage", "required", "Say in which stage or step a new touchpoint stands.")
        elif row and stream_id not in (None, row.stream_id):
            item.fail("external_id", "other-journey", "This touchpoint stands in another journey.")
        elif row and row.stream_id not in self.recorder.streams:
            item.fail("external_id", "conflict", "This was just made elsewhere. Send it again.")
        if "lane" in item.parents:
            stream_id = stream_id or (row and row.stream_id)
            if self.lanes.get(item.parents["lane"]) != stream_id:
                item.fail("lane", "not_found", "There is no such lane.")

    def stream_of(self, item: SyncItem) -> UUID | None:
        """Return the stream that an item names; one that was removed meanwhile fails it."""
        if "step" in item.parents:
            found = self.steps.get(item.parents["step"])
            stream_id = found[1] if found else None
        elif "stage" in item.parents:
            stream_id = self.stages.get(item.parents["stage"])
        else:
            return None
        if stream_id is None:
            name = "step" if "step" in item.parents else "stage"
            item.fail(name, "not_found", f"There is no such {name}.")
        return stream_id

    def resolve(self, item: SyncItem, row: ExistingRow | None) -> tuple[UUID, tuple[UUID, UUID]]:
        """Return the stream and the cell (step, lane) where an item belongs."""
        step_id = self._step(item, row)
        stream_id = self.steps[step_id][1]
        return stream_id, (step_id, self._lane(item, row, stream_id))

    def _step(self, item: SyncItem, row: ExistingRow | None) -> UUID:
        if "step" in item.parents:
            return item.parents["step"]
        stage_id = item.parents.get("stage")
        # A row that is in the stage already stays in the step where people put it.
        if row and stage_id in (None, self.steps[row.step_id][0]):
            return row.step_id
        if stage_id is None:
            raise TypeError("a new item names its step or its stage")  # payloads.py saw to it
        if stage_id not in self.last_step:
            self._make_step(stage_id)
        return self.last_step[stage_id]

    def _make_step(self, stage_id: UUID) -> None:
        stream_id = self.stages[stage_id]
        step = self.recorder.add(
            Step(
                stream_id=stream_id,
                stage_id=stage_id,
                title="First step",
                position=fractional_index.FIRST_KEY,
            )
        )
        self.steps[step.pk] = (stage_id, stream_id)
        self.last_step[stage_id] = step.pk

    def _lane(self, item: SyncItem, row: ExistingRow | None, stream_id: UUID) -> UUID:
        if "lane" in item.parents:
            return item.parents["lane"]
        department_id = item.parents.get("department")
        if department_id is None and row:
            return row.lane_id
        wanted = department_id or UNASSIGNED
        if (stream_id, wanted) not in self.lane_of:
            self._make_lane(stream_id, department_id)
        return self.lane_of[stream_id, wanted]

    def _make_lane(self, stream_id: UUID, department_id: UUID | None) -> None:
        kind = Lane.Kind.DEPARTMENT if department_id else Lane.Kind.UNASSIGNED
        lane = Lane(
            stream_id=stream_id,
            journey_id=stream_id,
            kind=kind,
            department_id=department_id,
            position=fractional_index.key_between(self.last_key.get(stream_id), None),
        )
        self._index_lane(self.recorder.add(lane))
