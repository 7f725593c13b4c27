"""A client may PATCH with everything that GET returned, in its own notation."""

import re
from typing import Any

import pytest

from core.ids import uuid7
from tests.support.actors import build_things, comment
from tests.support.api_client import INSTANT, ApiClient, personal_client
from tests.support.factories import SampleWorld
from tests.support.openapi import paths_with

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KEPT = {"external_id", "age", "emotion", "intensity"}  # whole numbers that PATCH sets


def other_form(value: Any) -> Any:
    """Return an equivalent of a JSON value, as other clients write it."""
    if isinstance(value, dict):
        # Every character of an external id is significant.
        return {
            name: one if name in KEPT else other_form(one) for name, one in reversed(value.items())
        }
    if isinstance(value, list):
        return [other_form(one) for one in value]
    if isinstance(value, str) and UUID.fullmatch(value):
        return value.upper()
    if isinstance(value, str) and INSTANT.fullmatch(value):
        return value.replace("Z", "+00:00")
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


@pytest.fixture
def dana(world: SampleWorld) -> ApiClient:
    """A client for an admin whose workspace has one of everything."""
    build_things(world.acme, "erin", "bob", "alice", "dana")
    comment(world.acme, world.dana)
    return personal_client(world.dana.actor)


@pytest.mark.slow
def test_what_was_read_is_sent_back(world: SampleWorld, dana: ApiClient) -> None:
    """Covers every type that has PATCH."""
    for path in set(paths_with("patch")) & set(paths_with("get")):
        noun = path.split("/")[3]
        listed = dana.get(f"{noun}?limit=200").json()["results"]
        if noun == "comments":
            listed = [row for row in listed if row["author"] == str(world.dana.member.pk)]
        assert listed, noun
        for row in (listed[0], listed[-1]):
            send_back(dana, path.removeprefix("/api/v1/").replace("{id}", row["id"]))


def of_milliseconds(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as JavaScript clients send it back, whose times are Dates."""
    return {
        name: f"{value[:-4]}Z" if isinstance(value, str) and INSTANT.fullmatch(value) else value
        for name, value in row.items()
    }


def send_back(dana: ApiClient, url: str) -> None:
    read = dana.get(url)
    for sent in (read.json(), other_form(read.json()), of_milliseconds(read.json())):
        answer = dana.patch(url, sent, If_Match=read["ETag"])
        assert answer.status_code == 200, (url, answer.content)
        assert answer.json() == read.json()
        assert answer["ETag"] == read["ETag"], "nothing was changed, and something was written"
    for same in ("*", read["ETag"].strip('"')):  # some clients omit the quotes
        assert dana.patch(url, {}, If_Match=same).status_code == 200
        assert dana.get(url, If_None_Match=same).status_code == 304
    assert dana.patch(url, {}, If_Match='"0"').status_code == 412
    for wrong in ({"id": str(uuid7())}, {"updated_at": "2026-11-24T09:00:00Z"}):
        if wrong.keys() <= read.json().keys():
            refused = dana.patch(url, wrong, If_Match=read["ETag"])
            assert refused.json()["errors"][0]["code"] == "read-only"


@pytest.mark.parametrize(
    ("noun", "value"),
    [("touchpoints", {"title": "Looks twice"}), ("steps", {"title": "Compares"})],
)
def test_what_is_sent_back_with_one_change_stays_at_its_place(
    noun: str, value: dict[str, Any], world: SampleWorld, dana: ApiClient
) -> None:
    """The body also contains its step or stage, unchanged, which must not move it."""
    where = (
        f"step={world.acme.steps['Asks']}"
        if noun == "touchpoints"
        else (f"stage={world.acme.stages['Choose']}")
    )
    first = min(dana.get(f"{noun}?{where}").json()["results"], key=lambda one: one["position"])
    changed = dana.patch(f"{noun}/{first['id']}", first | value)
    assert changed.status_code == 200, changed.content
    assert changed.json()["title"] == value["title"]
    assert changed.json()["position"] == first["position"]
