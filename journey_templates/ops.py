"""Converts a journey's JSON definition (of the demo or a built-in template) to ops."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.ids import uuid7

Ids = Mapping[tuple[str, str], UUID]
TOUCHPOINT_FIELDS = (
    "title",
    "emotion",
    "emotion_label",
    "kano",
    "is_moment_of_truth",
    "evidence",
    "quote",
)


@dataclass
class JourneyOps:
    """The ops that draw a map, and the ids of its stages, steps and lanes by name."""

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


def build_ops(definition: dict[str, Any], ids: Ids, unassigned: UUID) -> JourneyOps:
    """Return the ops that draw a defined map in a new, empty journey.

    `ids` has the ids of existing records by (type, name). Channels and departments that
    aren't in `ids` are left out. Touchpoints of such departments go to the journey's `unassigned` lane.
    """
    drawing = JourneyOps(lanes={"unassigned": unassigned})
    # Each lane is added at the front (after null), in reverse order: all of them come before
    # the existing lane, in the order of the definition.
    for name in reversed([name for name in definition["lanes"] if ("department", name) in ids]):
        drawing.lanes[name] = drawing.add(
            "lane", {"kind": "department", "department": str(ids["department", name])}, after=None
        )
    drawing.lanes["customer"] = drawing.add("lane", {"kind": "customer"}, after=None)
    for stage in definition["stages"]:
        _add_stage(drawing, stage, ids)
    for promise in definition["promises"]:
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


def _add_stage(drawing: JourneyOps, stage: dict[str, Any], ids: Ids) -> None:
    stage_id = drawing.add("stage", {"title": stage["title"], "time_span": stage["time_span"]})
    drawing.stages[stage["title"]] = stage_id
    for step in stage["steps"]:
        step_id = drawing.add("step", _step_fields(step, ids), stage=stage_id)
        drawing.steps[step["title"]] = step_id
        for touchpoint in step["touchpoints"]:
            drawing.add(
                "touchpoint",
                _touchpoint_fields(touchpoint, ids),
                step=step_id,
                lane=drawing.lanes.get(touchpoint["lane"], drawing.lanes["unassigned"]),
            )
        for kind in ("pain", "idea"):
            for title in step.get(f"{kind}s", []):
                drawing.add("note", {"kind": kind, "title": title}, step=step_id)
        for measure in step.get("measures", []):
            drawing.add("measure", measure, step=step_id)


def _step_fields(step: dict[str, Any], ids: Ids) -> dict[str, Any]:
    fields = {name: step.get(name, "") for name in ("title", "quote", "speaker_notes")}
    return fields | ({"opens": str(ids["journey", step["opens"]])} if "opens" in step else {})


def _touchpoint_fields(touchpoint: dict[str, Any], ids: Ids) -> dict[str, Any]:
    fields = {name: touchpoint[name] for name in TOUCHPOINT_FIELDS if name in touchpoint}
    channel = ids.get(("channel", touchpoint.get("channel", "")))
    return fields | ({"channel": str(channel)} if channel else {})
