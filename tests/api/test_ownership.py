"""Ownership through the API: the life cycle of a directorship, with If-Match."""

from typing import Any

import pytest

from core.ids import uuid7
from tests.support.api_client import ApiClient, personal_client, told_apart
from tests.support.concurrency import together
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in


@pytest.fixture
def dana(world: SampleWorld) -> ApiClient:
    return personal_client(world.dana.actor)


@pytest.fixture
def erin(world: SampleWorld) -> ApiClient:
    return personal_client(world.erin.actor)


def propose(dana: ApiClient, world: SampleWorld, **more: Any) -> dict[str, Any]:
    new = {"stage": str(world.acme.stages["Buy"]), "person": str(world.erin.person_id)} | more
    made = dana.post("directorships", new)
    assert made.status_code == 201, made.content
    return made.json()


def step(
    program: ApiClient, one: dict[str, Any], verb: str, body: Any = None, **headers: str
) -> Any:
    headers.setdefault("If_Match", f'"{one["version"]}"')
    return program.post(f"directorships/{one['id']}/{verb}", body, **headers)


def test_a_directorship_is_proposed_accepted_mandated_deputised_and_ended(
    world: SampleWorld, dana: ApiClient, erin: ApiClient
) -> None:
    stage = f"stages/{world.acme.stages['Buy']}/ownership"
    vacant = dana.get(stage)
    assert (vacant.json()["state"], vacant.json()["director"]) == ("vacant", None)
    proposed = propose(dana, world, budget="50,000")
    accepted = step(erin, proposed, "accept")
    assert accepted.status_code == 200, accepted.content
    owned = dana.get(stage)
    assert (owned.json()["state"], owned.json()["director"]) == (
        "owned",
        str(world.erin.person_id),
    )
    assert owned["ETag"] != vacant["ETag"]

    path = f"directorships/{proposed['id']}"
    mandate = dana.patch(path, {"decision_rights": "Prices"}, If_Match=accepted["ETag"])
    assert (mandate.json()["decision_rights"], mandate.json()["budget"]) == ("Prices", "50,000")
    deputy = erin.post(
        "deputies",
        {"directorship": proposed["id"], "person": str(world.bob.person_id), "since": "2026-11-01"},
    )
    assert deputy.status_code == 201, deputy.content
    end = f"deputies/{deputy.json()['id']}/end"
    assert erin.post(end, If_Match=deputy["ETag"]).json()["until"]

    now = dana.get(path)
    ended = step(dana, now.json(), "end", {"note": "Thank you"})
    assert (ended.json()["end_reason"], ended.json()["end_note"]) == ("relieved", "Thank you")
    assert dana.get(stage).json()["state"] == "vacant"
    assert step(dana, ended.json(), "end").status_code == 409


def test_what_one_decides_on_must_be_what_is_there(
    world: SampleWorld, dana: ApiClient, erin: ApiClient
) -> None:
    proposed = propose(dana, world)
    path = f"directorships/{proposed['id']}"
    assert erin.post(f"{path}/accept").status_code == 428
    assert dana.patch(path, {"budget": "1"}).status_code == 428
    assert dana.patch(path, {"budget": "1"}, If_Match=f'"{proposed["version"]}"').status_code == 200
    late = step(erin, proposed, "accept")
    assert late.status_code == 412
    assert erin.post(f"{path}/accept", If_Match=late["ETag"]).status_code == 200
    read = dana.get(f"stages/{world.acme.stages['Use']}/ownership")
    new = {"stage": str(world.acme.stages["Use"]), "person": str(world.erin.person_id)}
    assert dana.post("directorships", new, If_Match='"0"').status_code == 412
    assert dana.post("directorships", new, If_Match=read["ETag"]).status_code == 201
    assert dana.post("directorships", new, If_Match=read["ETag"]).status_code == 412


def test_an_acceptance_sent_again_is_answered_again(
    world: SampleWorld, dana: ApiClient, erin: ApiClient
) -> None:
    proposed = propose(dana, world)
    first = step(erin, proposed, "accept", Idempotency_Key="accept-0001")
    again = step(erin, proposed, "accept", Idempotency_Key="accept-0001")
    assert again.json() == first.json() and again["Idempotency-Replayed"] == "true"


def test_only_the_person_answers_and_only_once(
    world: SampleWorld, dana: ApiClient, erin: ApiClient
) -> None:
    proposed = propose(dana, world)
    assert step(dana, proposed, "accept").status_code == 403
    for blank in (None, {"note": "  "}, {"note": None}):
        refused = step(erin, proposed, "decline", blank)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/note")
    declined = step(erin, proposed, "decline", {"note": "No time"})
    assert declined.json()["end_reason"] == "declined"
    assert step(erin, declined.json(), "accept").json()["code"] == "already-answered"
    other = propose(dana, world)
    assert step(dana, other, "withdraw").json()["end_reason"] == "withdrawn"


def test_a_second_director_is_a_conflict_and_a_hand_over_is_not(
    world: SampleWorld, dana: ApiClient, erin: ApiClient
) -> None:
    assert step(erin, propose(dana, world), "accept").status_code == 200
    frank, who = personal_client(world.frank.actor), str(world.frank.person_id)
    proposed = propose(dana, world, person=who)
    refused = step(frank, proposed, "accept")
    assert (refused.status_code, refused.json()["code"]) == (409, "stage-has-director")
    step(dana, proposed, "withdraw")
    handed = propose(dana, world, person=who, takes_over=True)
    assert step(frank, handed, "accept").status_code == 200
    path = f"stages/{world.acme.stages['Buy']}/ownership"
    assert dana.get(path).json()["director"] == who


def test_of_two_who_accept_at_once_one_does_and_the_other_is_told(
    world: SampleWorld, dana: ApiClient, erin: ApiClient
) -> None:
    """Tries the API and the page several times, because two requests may not overlap."""
    frank, pages = (
        personal_client(world.frank.actor),
        [signed_in(world.erin), signed_in(world.frank)],
    )
    for stage in world.acme.stages.values():
        ours = [
            propose(dana, world, stage=str(stage), person=str(one.person_id))
            for one in (world.erin, world.frank)
        ]
        if stage == world.acme.stages["Buy"]:
            paths = [f"/directorships/{directorship['id']}/accept/" for directorship in ours]
            answers = together(
                *[lambda c=c, p=p: c.post(p) for c, p in zip(pages, paths, strict=True)]
            )
            assert sorted(answer.status_code for answer in answers) == [303, 422]
            refused = next(answer for answer in answers if answer.status_code == 422)
            assert "already directs this stage" in refused.content.decode()
        else:
            answers = together(
                lambda one=ours[0]: step(erin, one, "accept"),
                lambda one=ours[1]: step(frank, one, "accept"),
            )
            assert sorted(answer.status_code for answer in answers) == [200, 409]
            refused = next(answer for answer in answers if answer.status_code == 409)
            assert refused.json()["code"] == "stage-has-director"
        read = dana.get(f"stages/{stage}/ownership").json()
        accepted = [
            directorship for directorship in read["directorships"] if directorship["accepted_at"]
        ]
        assert len(accepted) == 1 and read["director"] == accepted[0]["person"]


def test_a_claim_is_made_for_ones_department_and_withdrawn(
    world: SampleWorld, erin: ApiClient
) -> None:
    new = {
        "stage": str(world.acme.stages["Buy"]),
        "person": str(world.erin.person_id),
        "department": str(world.acme.departments["Care"]),
        "statement": "We talk to them daily.",
    }
    made = erin.post("claims", new)
    assert (made.status_code, made.json()["kind"]) == (201, "claim")
    assert erin.post("claims", new).status_code == 409
    not_hers = new | {"department": str(world.acme.departments["Retail"])}
    assert erin.post("claims", not_hers).status_code == 403
    withdrawn = erin.post(f"claims/{made.json()['id']}/withdraw")
    assert withdrawn.json()["ended_at"]
    assert erin.post("claims", new | {"kind": "disclaimer"}).json()["kind"] == "disclaimer"
    assert erin.post("claims", new | {"kind": "wish"}).status_code == 400


def test_a_journey_has_a_producer_and_a_sponsor(world: SampleWorld, dana: ApiClient) -> None:
    new = {"journey": str(world.acme.journey), "person": str(world.erin.person_id)}
    sponsor = dana.post("appointments", new | {"office": "sponsor"})
    assert sponsor.status_code == 201, sponsor.content
    producer = dana.post("appointments", new | {"office": "producer"})
    assert producer.status_code == 201
    assert dana.post("appointments", new | {"office": "king"}).status_code == 400
    end = f"appointments/{producer.json()['id']}/end"
    assert dana.post(end).status_code == 428
    assert dana.post(end, If_Match=producer["ETag"]).json()["ended_at"]
    listed = dana.get(f"appointments?office=sponsor&journey={world.acme.journey}").json()
    assert [result["id"] for result in listed["results"]] == [sponsor.json()["id"]]


@pytest.mark.parametrize(
    ("noun", "ours"),
    [
        ("directorships", {"stage": "Buy", "person": "erin"}),
        ("claims", {"stage": "Buy", "person": "erin", "department": "Care"}),
        ("appointments", {"journey": "", "person": "erin", "office": "sponsor"}),
    ],
)
def test_a_foreign_id_in_any_field_is_like_none(
    noun: str, ours: dict[str, str], world: SampleWorld, dana: ApiClient
) -> None:
    def ids(place: Any, person: Any) -> dict[str, str]:
        found = {
            "stage": place.stages["Buy"],
            "person": person.person_id,
            "department": place.departments["Care"],
            "journey": place.journey,
        }
        return {name: str(found.get(name, value)) for name, value in ours.items()}

    mine, theirs = ids(world.acme, world.erin), ids(world.twin, world.charlie)
    for name in theirs:
        if theirs[name] != mine[name]:
            answers = [dana.post(noun, mine | {name: one}) for one in (theirs[name], str(uuid7()))]
            assert [answer.status_code for answer in answers] == [400, 400]
            assert answers[0].json()["errors"][0]["pointer"] == f"/{name}"
            assert told_apart(*answers) is False


def test_a_strangers_ownership_is_not_there(world: SampleWorld, dana: ApiClient) -> None:
    proposed = propose(dana, world)
    tessa = personal_client(world.twin.people["tessa"].actor)
    for verb in ("accept", "decline", "withdraw", "end"):
        theirs = step(tessa, proposed, verb)
        absent = step(tessa, proposed | {"id": str(uuid7())}, verb)
        assert theirs.status_code == absent.status_code == 404
        assert told_apart(theirs, absent) is False
    assert tessa.get(f"stages/{world.acme.stages['Buy']}/ownership").status_code == 404
