"""A told story as one gesture of ops: lanes, stages, steps, touchpoints, promises."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from workspaces.ids import uuid7

Ids = Mapping[tuple[str, str], UUID]
TOLD = ("emotion", "emotion_label", "kano", "is_moment_of_truth", "evidence", "quote")


@dataclass
class Drawing:
    """The ops, and the ids they give to stages and steps, by title."""

    ops: list[dict[str, Any]] = field(default_factory=list)
    stages: dict[str, UUID] = field(default_factory=dict)
    steps: dict[str, UUID] = field(default_factory=dict)
    lanes: dict[str, UUID] = field(default_factory=dict)

    def add(self, slug: str, fields: dict[str, Any], **place: Any) -> UUID:
        record_id = uuid7()
        op = {"op": "add", "type": slug, "id": str(record_id), "fields": fields}
        if place:
            op["place"] = {name: value and str(value) for name, value in place.items()}
        self.ops.append(op)
        return record_id


def draw(told: dict[str, Any], ids: Ids, unassigned: UUID) -> Drawing:
    """Return the gesture that draws a story on a new journey, which has a lane `unassigned`."""
    drawing = Drawing(lanes={"unassigned": unassigned})
    # After null, in reverse: the department's lanes come before the one that is there.
    for name in reversed(told["lanes"]):
        drawing.lanes[name] = drawing.add(
            "lane", {"kind": "department", "department": str(ids["department", name])}, after=None
        )
    drawing.lanes["customer"] = drawing.add("lane", {"kind": "customer"}, after=None)
    for stage in told["stages"]:
        _draw_stage(drawing, stage, ids)
    for promise in told["promises"]:
        drawing.add(
            "promise",
            {
                "title": promise["title"],
                "made_in": str(drawing.steps[promise["made_in"]]),
                "tested_in": str(drawing.steps[promise["tested_in"]]),
                "status": promise["status"],
                "evidence": promise.get("evidence", ""),
            },
        )
    return drawing


def _draw_stage(drawing: Drawing, stage: dict[str, Any], ids: Ids) -> None:
    stage_id = drawing.add("stage", {"title": stage["title"], "time_span": stage["time_span"]})
    drawing.stages[stage["title"]] = stage_id
    for step in stage["steps"]:
        step_id = drawing.add(
            "step", {"title": step["title"], "quote": step.get("quote", "")}, stage=stage_id
        )
        drawing.steps[step["title"]] = step_id
        for touchpoint in step["touchpoints"]:
            fields = {name: touchpoint[name] for name in TOLD if name in touchpoint}
            if "channel" in touchpoint:
                fields["channel"] = str(ids["channel", touchpoint["channel"]])
            drawing.add(
                "touchpoint",
                {"title": touchpoint["title"], **fields},
                step=step_id,
                lane=drawing.lanes[touchpoint["lane"]],
            )
