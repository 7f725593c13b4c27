"""Finds the step and lane of touchpoints that are synced from other systems."""

from uuid import UUID

from changes.services import Recorder
from core import fractional_index
from journeys.models import Lane, Stage, Step
from touchpoints.sync_payloads import ExistingRow, SyncItem

UNASSIGNED = Lane.Kind.UNASSIGNED.value


class PlacementResolver:
    """Finds the step and lane of each item in the locked journeys.

    Creates a lane if it is missing, and a step if the stage has none.
    """

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        in_streams = {"stream_id__in": list(recorder.streams)}
        self.stages = dict(Stage.objects.filter(**in_streams).values_list("pk", "stream_id"))
        self.steps: dict[UUID, tuple[UUID, UUID]] = {}  # step -> its stage and stream
        self.last_step: dict[UUID, UUID] = {}  # stage -> its last step
        steps = Step.objects.filter(**in_streams).order_by("position", "pk")
        for step_id, stage_id, stream_id in steps.values_list("pk", "stage_id", "stream_id"):
            self.steps[step_id] = (stage_id, stream_id)
            self.last_step[stage_id] = step_id
        self.lanes: dict[UUID, UUID] = {}  # lane -> its stream
        # (stream, department or kind) -> lane
        self.lane_of: dict[tuple[UUID, UUID | str], UUID] = {}
        self.last_key: dict[UUID, str] = {}  # stream -> order key of its last lane
        for lane in Lane.objects.filter(**in_streams).order_by("position", "pk"):
            self._index_lane(lane)

    def _index_lane(self, lane: Lane) -> None:
        self.lanes[lane.pk] = lane.stream_id
        self.lane_of[lane.stream_id, lane.department_id or lane.kind] = lane.pk
        self.last_key[lane.stream_id] = lane.position

    def validate(self, item: SyncItem, row: ExistingRow | None) -> None:
        """Mark an item as failed if its step, stage or lane is missing or in another journey."""
        stream_id = self.stream_of(item)
        if not item.is_open:
            return
        if stream_id is None and row is None:
            item.fail("stage", "required", "Send the stage or the step for the new touchpoint.")
        elif row and stream_id not in (None, row.stream_id):
            item.fail(
                "external_id",
                "other-journey",
                "This touchpoint belongs to another journey. Send a stage or a step of that"
                " journey, or neither.",
            )
        elif row and row.stream_id not in self.recorder.streams:
            item.fail(
                "external_id",
                "conflict",
                "Another request has just created this touchpoint. Send it again.",
            )
        if "lane" in item.parents:
            stream_id = stream_id or (row and row.stream_id)
            if self.lanes.get(item.parents["lane"]) != stream_id:
                item.fail(
                    "lane", "not_found", "The journey has no lane with this id. Check the id."
                )

    def stream_of(self, item: SyncItem) -> UUID | None:
        """Return the stream of the step or stage that an item names, or None.

        Marks the item as failed if that record was removed in the meantime.
        """
        if "step" in item.parents:
            location = self.steps.get(item.parents["step"])
            stream_id = location[1] if location else None
        elif "stage" in item.parents:
            stream_id = self.stages.get(item.parents["stage"])
        else:
            return None
        if stream_id is None:
            item.fail_not_found("step" if "step" in item.parents else "stage")
        return stream_id

    def resolve(self, item: SyncItem, row: ExistingRow | None) -> tuple[UUID, tuple[UUID, UUID]]:
        """Return the stream and the cell (step, lane) of a validated item.

        Creates the lane or the step if it is missing. `row` is None for a new touchpoint.
        """
        step_id = self._step(item, row)
        stream_id = self.steps[step_id][1]
        return stream_id, (step_id, self._lane(item, row, stream_id))

    def _step(self, item: SyncItem, row: ExistingRow | None) -> UUID:
        if "step" in item.parents:
            return item.parents["step"]
        stage_id = item.parents.get("stage")
        # A row that is already in the stage stays in the step to which people moved it.
        if row and stage_id in (None, self.steps[row.step_id][0]):
            return row.step_id
        if stage_id is None:  # ruled out by validate()
            raise TypeError("a new item must name its step or its stage")
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
