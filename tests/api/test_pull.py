"""Programs can pull everything that changed since a given time, and miss nothing."""

import threading
from typing import Any

from changes.services import change_set
from journeys.models import Persona, Stage
from tests.support.actors import build_things
from tests.support.api_client import INSTANT, ApiClient
from tests.support.factories import SampleWorld
from tests.support.nouns import LISTS
from tests.support.openapi import openapi_description
from workspaces.access import system_actor


def pulled(program: ApiClient, url: str) -> list[dict[str, Any]]:
    """Return all rows of a list, read page by page."""
    rows: list[dict[str, Any]] = []
    following: str | None = url
    while following:
        answer = program.get(following)
        assert answer.status_code == 200, answer.content
        rows += answer.json()["results"]
        following = answer.json()["next"]
    return rows


def test_rows_of_one_time_are_all_pulled_and_the_time_is_inclusive(
    world: SampleWorld, acme: ApiClient
) -> None:
    everything = pulled(acme, "touchpoints?updated_after=2000-01-01T00:00:00Z&limit=3")
    assert len(everything) == len({one["id"] for one in everything}) == 8
    times = {one["updated_at"] for one in everything}
    assert len(times) == 1, "the world is made in one gesture"
    again = pulled(acme, f"touchpoints?updated_after={times.pop()}&limit=3")
    assert again == everything
    changed = acme.patch(f"touchpoints/{everything[0]['id']}", {"title": "Changed"}).json()
    assert pulled(acme, f"touchpoints?updated_after={changed['updated_at']}") == [changed]
    for offset in ("+00:00", ""):  # unescaped, so it arrives as a space; and UTC as taps write it
        later = changed["updated_at"].replace("Z", offset)
        assert pulled(acme, f"touchpoints?updated_after={later}") == [changed]
    written_by_python = changed["updated_at"].replace("T", " ").replace("Z", "%2B00:00")
    assert pulled(acme, f"touchpoints?updated_after={written_by_python}") == [changed]
    nanoseconds = changed["updated_at"].replace("Z", "000Z")  # as Go, Java and .NET may write it
    assert pulled(acme, f"touchpoints?updated_after={nanoseconds}") == [changed]


def test_a_row_changed_between_two_pages_comes_again_and_none_is_lost(
    world: SampleWorld, acme: ApiClient
) -> None:
    first = acme.get("touchpoints?updated_after=2000-01-01T00:00:00Z&limit=3").json()
    changed = {"title": "Changed"}
    early, late = first["results"][0]["id"], str(max(world.acme.touchpoints.values()))
    for one in (early, late):
        acme.patch(f"touchpoints/{one}", changed)
    rest = pulled(acme, first["next"])
    assert len(rest) == 6 and [one["id"] for one in rest[-2:]] == [early, late]
    seen = {result["id"] for result in first["results"] + rest}
    assert seen == set(map(str, world.acme.touchpoints.values()))
    assert [one["title"] for one in rest[-2:]] == ["Changed", "Changed"]


def test_who_began_first_and_ended_last_is_not_missed(world: SampleWorld, acme: ApiClient) -> None:
    place = world.acme

    def rename_persona() -> None:
        row = place.read(Persona, place.persona)
        with change_set([place.id], action="persona.set", actor=system_actor(place.id)) as recorder:
            recorder.set(row, name="Second to begin, first to end")

    row = place.read(Stage, place.stages["Buy"])
    with change_set([place.journey], action="stage.set", actor=system_actor(place.id)) as recorder:
        recorder.set(row, title="First to begin, last to end")
        other = threading.Thread(target=rename_persona)
        other.start()
        other.join()
        mark = acme_in_thread(acme, f"personas/{place.persona}")["updated_at"]
    stages = pulled(acme, f"stages?updated_after={mark}")
    assert [stage["title"] for stage in stages] == ["First to begin, last to end"]
    assert stages[0]["updated_at"] > mark
    assert stages[0] == acme.get(f"stages/{row.pk}").json()
    sets = acme.get(f"workspaces/{place.id}/changes?limit=500").json()["results"]
    assert [change_set["at"] for change_set in sets] == sorted(
        change_set["at"] for change_set in sets
    )
    assert sets[-1]["at"] == stages[0]["updated_at"] and row.updated_at == recorder.at


def acme_in_thread(program: ApiClient, url: str) -> dict[str, Any]:
    """Read on another connection, because that of this thread is in a transaction."""
    found: list[dict[str, Any]] = []
    reader = threading.Thread(target=lambda: found.append(program.get(url).json()))
    reader.start()
    reader.join()
    return found[0]


def test_every_list_is_pulled_by_time_and_by_feed(world: SampleWorld, acme: ApiClient) -> None:
    build_things(world.acme, "erin", "bob", "alice", "dana")
    for noun in (one for one in LISTS if one != "workspaces"):
        everything = pulled(acme, noun)
        assert everything, noun
        for query in ("updated_after=2000-01-01T00:00:00Z", "feed_after=0"):
            found = pulled(acme, f"{noun}?{query}")
            assert sorted(found, key=lambda one: one["id"]) == everything
        for one in everything:
            assert isinstance(one["feed"], int) and INSTANT.fullmatch(one["updated_at"])
        assert acme.get(f"{noun}/{everything[0]['id']}").json() == everything[0]


def test_every_list_of_records_has_both_parameters() -> None:
    for path, methods in openapi_description()["paths"].items():
        known = {parameter["name"] for parameter in methods.get("get", {}).get("parameters", ())}
        if "updated_after" in known:
            assert {"feed_after", "workspace", "limit", "cursor"} <= known, path
