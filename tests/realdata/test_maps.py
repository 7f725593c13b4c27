"""Published journey maps, entered through the API. Fields that a source lacks stay empty.

No source names the departments in contact with the customer, so the audit must flag all
touchpoints as unassigned.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from core.ids import uuid7
from ownership import audit
from tests.realdata.inputs import REAL, needs
from tests.realdata.owned_files import add
from tests.support.api_client import ApiClient
from tests.support.factories import SampleWorld

UNASSIGNED = {
    "rail-europe-2011": 17,
    "nng-jumping-jamie": 8,
    "starbucks-reflect-exit": 4,
    "restaurant-flow": 16,
}


def enter(program: ApiClient, source: dict[str, Any]) -> str:
    """Create a journey from a published map and return its id."""
    persona = None
    if "persona" in source:
        persona = made(program.post("personas", {"name": source["persona"]}))["id"]
    fields = {"title": source["title"], "summary": source.get("scenario", ""), "persona": persona}
    journey = made(program.post("journeys", fields))["id"]
    lane = program.get(f"lanes?journey={journey}&kind=unassigned").json()["results"][0]["id"]
    ops = list(drawing(source["stages"], lane, channels(program, source["stages"])))
    drawn = program.post(f"journeys/{journey}/edits", {"ops": ops})
    assert drawn.status_code == 200, drawn.content
    return journey


def drawing(stages: Any, lane: str, channel_ids: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the ops that add the stages, with one step for each touchpoint."""
    for stage in stages:
        stage_id = str(uuid7())
        words = [text for text, _ in stage.get("feelings", [])] + stage.get("actions", [])
        yield add("stage", stage_id, title=stage["name"], summary="\n".join(words))
        for one in stage["touchpoints"]:
            step_id = str(uuid7())
            step = add("step", step_id, title=one["name"])
            yield step | {"place": {"stage": stage_id}}
            fields = {"title": one["name"], "notes": notes(one)}
            fields |= {"channel": channel_ids[one["channel"]]} if "channel" in one else {}
            fields |= {"emotion": one["sentiment"]} if "sentiment" in one else {}
            fields |= {"quote": one["quote"]} if "quote" in one else {}
            fields |= {"reported_owner": one["owner"]} if "owner" in one else {}
            touchpoint = add("touchpoint", str(uuid7()), **fields)
            yield touchpoint | {"place": {"step": step_id, "lane": lane}}


def notes(one: dict[str, Any]) -> str:
    return "\n".join(f"{name}: {one[name]}" for name in ("lane", "good", "bad") if name in one)


def channels(program: ApiClient, stages: Any) -> dict[str, str]:
    """Return the ids of the channels that a map names, creating missing channels."""
    # Names are compared without regard to case, as on the server.
    known = {
        result["name"].lower(): result["id"] for result in program.get("channels").json()["results"]
    }
    named = {one["channel"] for stage in stages for one in stage["touchpoints"] if "channel" in one}
    for name in sorted(named):
        if name.lower() not in known:
            known[name.lower()] = made(program.post("channels", {"name": name}))["id"]
    return {name: known[name.lower()] for name in named}


def made(answer: Any) -> Any:
    assert answer.status_code == 201, answer.content
    return answer.json()


def records(program: ApiClient, journey: str) -> dict[str, list[dict[str, Any]]]:
    """Return the current records of a journey, by type."""
    by_type: dict[str, list[dict[str, Any]]] = {}
    for record in program.get(f"journeys/{journey}/snapshot").json()["records"]:
        by_type.setdefault(record["type"], []).append(record["fields"] | {"id": record["id"]})
    return by_type


@needs("maps")
@pytest.mark.parametrize("name", UNASSIGNED)
def test_a_published_map_goes_in_as_told_and_the_audit_says_what_it_leaves_open(
    world: SampleWorld, acme: ApiClient, name: str
) -> None:
    source = json.loads((REAL / "maps" / f"{name}.json").read_text())
    counts = source["counts"]
    journey = enter(acme, source)
    drawn = records(acme, journey)
    touchpoints = drawn["touchpoint"]
    assert len(drawn["stage"]) == counts["stages"]
    assert len(touchpoints) == counts["touchpoints"]
    assert len([one for one in touchpoints if one["channel"]]) == counts["touchpoints_with_channel"]
    felt = [touchpoint for touchpoint in touchpoints if touchpoint["emotion"] is not None]
    assert len(felt) == counts["touchpoints_with_sentiment"]
    assert not any(one["emotion_label"] or one["kano"] or one["evidence"] for one in touchpoints)
    assert [lane["kind"] for lane in drawn["lane"]] == ["unassigned"]

    audit.run_audit(world.acme.id)
    assert flagged(acme, journey, "OWN-18") == {one["id"] for one in touchpoints}
    assert len(touchpoints) == UNASSIGNED[name]
    # A reported owner who is not in the directory is kept as text and flagged.
    named = {one["id"] for one in touchpoints if one["reported_owner"]}
    assert flagged(acme, journey, "OWN-13") == named
    assert len(flagged(acme, journey, "OWN-01")) == counts["stages"]


def flagged(program: ApiClient, journey: str, rule: str) -> set[str]:
    flags = program.get(f"flags?journey={journey}&rule={rule}&limit=200").json()["results"]
    return {flag["subject_id"] for flag in flags}
