"""Locks through the API: their endpoints set and remove them, and they block all other writes."""

import pytest

from journeys.models import Lane, Stage
from tests.support.api_client import ApiClient, personal_client
from tests.support.factories import SampleWorld
from tests.support.nouns import NOUNS, filled

PLACES = {"stages": (Stage, "Buy"), "lanes": (Lane, "Network")}


@pytest.mark.parametrize("noun", PLACES)
def test_it_is_locked_once_however_often_one_asks_and_unlocked(
    noun: str, world: SampleWorld, acme: ApiClient
) -> None:
    model, name = PLACES[noun]
    pk = getattr(world.acme, noun)[name]
    locked = acme.post(f"{noun}/{pk}/lock", Idempotency_Key="lock-it-once")
    assert locked.status_code == 200 and locked.json()["is_locked"] is True
    assert locked["ETag"] == acme.get(f"{noun}/{pk}")["ETag"]
    again = acme.post(f"{noun}/{pk}/lock", Idempotency_Key="lock-it-once")
    assert again["Idempotency-Replayed"] == "true" and again.json() == locked.json()
    assert acme.post(f"{noun}/{pk}/lock").json() == locked.json()

    assert acme.post(f"{noun}/{pk}/unlock", If_Match='"0"').status_code == 412
    assert world.acme.read(model, pk).is_locked
    unlocked = acme.post(f"{noun}/{pk}/unlock", If_Match=locked["ETag"])
    assert unlocked.json()["is_locked"] is False


def test_a_lock_is_refused_as_a_field(world: SampleWorld, acme: ApiClient) -> None:
    url = f"stages/{world.acme.stages['Buy']}"
    refused = acme.patch(url, {"is_locked": True})
    assert refused.status_code == 400 and refused.json()["errors"][0]["code"] == "read-only"
    assert acme.patch(url, {"is_locked": False, "title": "Sign"}).status_code == 200


@pytest.mark.parametrize("noun", ["steps", "touchpoints", "promises", "notes", "measures"])
def test_what_stands_in_a_locked_stage_is_not_written(
    noun: str, world: SampleWorld, acme: ApiClient
) -> None:
    new = filled(NOUNS[noun]["new"], world)
    made = acme.post(noun, new)
    acme.post(f"stages/{world.acme.stages['Choose']}/lock")
    writes = [
        acme.post(noun, new),
        acme.patch(made["Location"], NOUNS[noun]["change"]),
        acme.delete(made["Location"]),
    ]
    for refused in writes:
        assert refused.status_code == 403, refused.content
        problem = refused.json()
        assert problem["code"] == "locked"
        assert problem["detail"] == "Choose is locked. Unlock it to change it."
    assert acme.get(made["Location"]).json() == made.json()


def test_strangers_and_those_who_only_look_lock_nothing(
    world: SampleWorld, acme: ApiClient
) -> None:
    url = f"stages/{world.acme.stages['Buy']}/lock"
    assert personal_client(world.charlie.actor).post(url).status_code == 404
    assert personal_client(world.bob.actor).post(url).status_code == 403
    assert not world.acme.read(Stage, world.acme.stages["Buy"]).is_locked
