"""What a contest survives: attempts to remove its stage or a party, and a decision that is sent twice."""

import pytest
from django.test import Client
from django.urls import reverse

from core.ids import uuid7
from ownership.models import Ruling
from tests.support.api_client import personal_client
from tests.support.checksum import checksum
from tests.support.contests import claim, ripe_contest
from tests.support.factories import SampleWorld, op
from tests.support.html_client import FormParser, signed_in, without_isolation

REASON = "Network can stop it happening."


def test_a_contested_stage_is_removed_in_no_way(world: SampleWorld) -> None:
    stage = world.acme.stages["Return"] = uuid7()
    added = world.acme.edit(op("add", "stage", stage, fields={"title": "Return"}))
    claim(world, "alice", "Return")
    claim(world, "frank", "Return")
    api, journey = personal_client(world.alice.actor), f"journeys/{world.acme.journey}"
    before = checksum(world.acme.id)
    remove = {"op": "remove", "type": "stage", "id": str(stage)}
    for answer, code in (
        (api.delete(f"stages/{stage}"), "stage-contested"),
        (api.post(f"{journey}/edits", {"ops": [remove]}), "stage-contested"),
        (api.delete(journey, If_Match="*"), "stage-contested"),
        (api.post(f"{journey}/edits", {"undo": added.sets[0]["gesture"]}), "not-undoable"),
        (api.post(f"{journey}/restore", {"version": 1}), "not-restorable"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, code)
    page = signed_in(world.alice).post(reverse("stage_edit", args=[stage]), {"verb": "remove"})
    assert page.status_code == 422
    assert "“Return” is contested." in without_isolation(page.content.decode())
    assert checksum(world.acme.id) == before


def test_a_party_cannot_be_deleted_and_is_not_upheld_once_they_have_left(
    world: SampleWorld,
) -> None:
    contest = ripe_contest(world)
    dana = personal_client(world.dana.actor)
    gone = dana.delete(f"persons/{world.frank.person_id}")
    assert (gone.status_code, gone.json()["code"]) == (409, "protected")
    frank = op("set", "person", world.frank.person_id, fields={"left_on": "2026-01-31"})
    world.acme.direct(frank)
    client, url = signed_in(world.oscar), reverse("contest", args=[contest.pk])
    answer = client.post(url, decision(client, url, f"uphold:{world.frank.person_id}"))
    assert answer.status_code == 422
    text = without_isolation(answer.content.decode())
    assert "frank has left the company" in text.lower()
    assert REASON in text
    upheld = decision(client, url, f"uphold:{world.alice.person_id}")
    assert client.post(url, upheld).status_code == 303


@pytest.mark.parametrize("choice", ["uphold", "split"])
def test_a_decision_sent_twice_counts_once(world: SampleWorld, choice: str) -> None:
    url = reverse("contest", args=[ripe_contest(world).pk])
    client = signed_in(world.oscar)
    alice, frank = world.alice.person_id, world.frank.person_id
    if choice == "uphold":
        sent = decision(client, url, f"uphold:{frank}")
    else:
        halves = {"first_party": alice, "second_party": frank}
        first_step = {"first_step": world.acme.steps["Waits"]}
        sent = decision(client, url, choice) | halves | first_step
    answers = [client.post(url, sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(world.acme.all(Ruling)) == 1


def decision(client: Client, url: str, choice: str) -> dict[str, str]:
    """Return the decision form of a contest, filled in."""
    forms = FormParser(client.get(url).content.decode()).found
    form = next(form for form in forms if "version" in form["fields"])
    assert form["fields"]["gesture"]
    return form["fields"] | {"choice": choice, "reason": REASON}
