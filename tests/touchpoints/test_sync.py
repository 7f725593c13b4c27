"""Touchpoint sync: newer data wins, however it is ordered, split or repeated."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from changes.models import ChangeSet, Stream
from changes.ops import parse_ops
from changes.queries import sets_since
from changes.services import apply_ops, change_set
from core.errors import Forbidden, Unprocessable
from core.ids import uuid7
from core.tenancy import tenant_scope
from journeys.models import Lane, Step
from journeys.services import journey_create
from tests.support.factories import SampleWorkspace, SampleWorld, build_world
from tests.support.log_invariants import checking_log
from touchpoints.models import Touchpoint
from touchpoints.services import AlreadySynced, touchpoints_sync
from workspaces.access import system_actor


def item(place: SampleWorkspace, key: str = "1", hour: int = 10, **fields: Any) -> dict[str, Any]:
    base = {
        "source": "crm",
        "external_id": key,
        "source_updated_at": f"2026-11-23T{hour:02d}:00:00Z",
        "stage": str(place.stages["Buy"]),
        "title": "Refund call",
    }
    return {k: v for k, v in (base | fields).items() if v is not None}


def sync(place: SampleWorkspace, *items: dict[str, Any], **options: Any) -> dict[str, Any]:
    with checking_log(place.id, undoing=False):
        return touchpoints_sync(
            items=list(items), actor=options.pop("actor", system_actor(place.id)), **options
        )


def results(answer: dict[str, Any]) -> list[str]:
    return [result["result"] for result in answer["results"]]


def row(place: SampleWorkspace, key: str = "1") -> Touchpoint:
    with tenant_scope([place.id]):
        return Touchpoint.objects.select_related("lane", "step").get(external_id=key)


def test_new_changed_same_and_older_are_told_apart(world: SampleWorld) -> None:
    acme = world.acme
    assert results(sync(acme, item(acme))) == ["created"]
    assert results(sync(acme, item(acme))) == ["unchanged"]
    assert results(sync(acme, item(acme, hour=12, title="Refunded"))) == ["updated"]
    assert results(sync(acme, item(acme, hour=11, title="Late news"))) == ["stale"]
    assert row(acme).title == "Refunded"


def test_of_two_payloads_of_one_second_the_later_arrival_wins(world: SampleWorld) -> None:
    acme = world.acme
    for number in range(6):  # if hashes decided, half of them would lose
        assert results(sync(acme, item(acme, title=f"Correction {number}"))) in (
            ["created"],
            ["updated"],
        )
        assert row(acme).title == f"Correction {number}"
    assert results(sync(acme, item(acme, title="Correction 5"))) == ["unchanged"]


def test_a_time_that_lies_ahead_is_refused_and_freezes_nothing(world: SampleWorld) -> None:
    acme = world.acme
    soon = (timezone.now() + timedelta(minutes=4)).isoformat()
    assert results(sync(acme, item(acme, "1", source_updated_at=soon))) == ["created"]
    for wrong in ("2150-01-01T00:00:00Z", (timezone.now() + timedelta(minutes=6)).isoformat()):
        answer = sync(acme, item(acme, "2", source_updated_at=wrong))
        error = answer["results"][0]["errors"][0]
        assert (error["pointer"], error["code"]) == ("/items/0/source_updated_at", "future")
    sync(acme, item(acme, "3"))
    frozen = row(acme, "3")
    with change_set(
        [acme.journey], action="touchpoint.sync", actor=system_actor(acme.id)
    ) as recorder:
        stored = datetime(2150, 1, 1, tzinfo=UTC)  # as an earlier release accepted it
        recorder.set(frozen, source_updated_at=stored)
    assert results(sync(acme, item(acme, "3", title="Thawed"))) == ["updated"]
    assert row(acme, "3").title == "Thawed"


def test_only_the_fields_that_were_sent_are_written(world: SampleWorld) -> None:
    acme = world.acme
    sync(acme, item(acme, notes="From the CRM", emotion=-1, attributes={"a": [1, "é\t\\N"]}))
    sync(acme, item(acme, hour=11, title=None, stage=None, emotion=1))
    now = row(acme)
    assert (now.title, now.notes, now.emotion) == ("Refund call", "From the CRM", 1)
    assert now.attributes == {"a": [1, "é\t\\N"]}


def test_a_new_touchpoint_stands_at_the_end_of_its_stage_in_the_unassigned_lane(
    world: SampleWorld,
) -> None:
    acme = world.acme
    sync(acme, item(acme, "1"), item(acme, "2"))
    first, second = row(acme, "1"), row(acme, "2")
    assert first.step_id == second.step_id == acme.steps["Waits"]
    assert first.lane.kind == Lane.Kind.UNASSIGNED
    assert first.position < second.position


def test_the_lane_of_a_department_is_made_where_there_is_none(world: SampleWorld) -> None:
    acme = world.acme
    care = str(acme.departments["Care"])
    answer = sync(acme, item(acme, "1", department=care), item(acme, "2", department=care))
    assert results(answer) == ["created", "created"]
    assert row(acme, "1").lane_id == row(acme, "2").lane_id
    assert row(acme, "1").lane.department_id == acme.departments["Care"]


def test_a_touchpoint_stays_in_the_step_of_its_stage_where_people_put_it(
    world: SampleWorld,
) -> None:
    acme = world.acme
    sync(acme, item(acme))
    move = {"step": str(acme.steps["Signs"]), "lane": str(acme.lanes["Retail"])}
    acme.edit({"op": "move", "type": "touchpoint", "id": str(row(acme).pk), "place": move})
    sync(acme, item(acme, hour=12, title="Newer"))
    assert (row(acme).step_id, row(acme).title) == (acme.steps["Signs"], "Newer")
    sync(acme, item(acme, hour=13, stage=str(acme.stages["Use"])))
    assert row(acme).step_id == acme.steps["Calls"]


def test_what_cannot_be_read_or_placed_fails_alone(world: SampleWorld) -> None:
    acme, twin = world.acme, world.twin
    bad = [
        item(acme, "2", emotion=7),
        item(acme, "3", title=5, colour="red"),
        item(acme, "4", stage=str(twin.stages["Buy"])),
        item(acme, "5", stage=str(uuid7())),
        item(acme, "6", department=str(twin.departments["Care"])),
        item(acme, "7", lane=str(twin.lanes["Retail"])),
        item(acme, "8", channel=str(twin.channels["Shop"])),
        item(acme, "9", stage=None),
        item(acme, "10", title=None),
        item(acme, "11", source_updated_at="yesterday"),
        item(acme, "12", title="\u200b"),
        item(acme, "13"),
        item(acme, "13", title="Again"),
        "nothing",
    ]
    answer = sync(acme, item(acme), *bad)
    assert results(answer) == ["created"] + ["failed"] * len(bad)
    codes = [result["errors"][0]["pointer"].split("/")[-1] for result in answer["results"][1:-1]]
    assert codes == [
        "emotion",
        "title",
        "stage",
        "stage",
        "department",
        "lane",
        "channel",
        "stage",
        "title",
        "source_updated_at",
        "title",
        "external_id",
        "external_id",
    ]
    assert answer["summary"]["failed"] == len(bad)


def test_a_foreign_place_fails_like_one_that_does_not_exist(world: SampleWorld) -> None:
    acme, twin = world.acme, world.twin
    for name, theirs in (
        ("stage", twin.stages["Buy"]),
        ("step", twin.steps["Looks"]),
        ("lane", twin.lanes["Retail"]),
        ("department", twin.departments["Care"]),
        ("channel", twin.channels["Shop"]),
    ):
        base = item(acme, stage=None) if name == "step" else item(acme)
        answers = [sync(acme, base | {name: str(one)}) for one in (theirs, uuid7())]
        assert answers[0] == answers[1]
        assert results(answers[0]) == ["failed"]


def test_the_same_id_in_two_workspaces_is_two_touchpoints(world: SampleWorld) -> None:
    assert results(sync(world.acme, item(world.acme))) == ["created"]
    assert results(sync(world.twin, item(world.twin))) == ["created"]


def test_an_id_sent_again_under_another_journey_fails(world: SampleWorld) -> None:
    acme = world.acme
    sync(acme, item(acme))
    other = journey_create(actor=system_actor(acme.id), title="Other", first_stage="One")
    with tenant_scope([acme.id]):
        step = Step.objects.get(stream=other.pk)
    answer = sync(acme, item(acme, hour=12, stage=str(step.stage_id)))
    assert answer["results"][0]["code"] == "other-journey"
    assert row(acme).stream_id == acme.journey


def test_all_or_nothing_writes_nothing_when_one_fails(world: SampleWorld) -> None:
    acme = world.acme
    with pytest.raises(Unprocessable) as refusal:
        sync(acme, item(acme), item(acme, "2", emotion=9), atomic=True)
    assert refusal.value.code == "batch-rejected"
    assert refusal.value.errors[0].pointer == "/items/1/emotion"
    assert acme.all(Touchpoint, external_id="1") == []


def test_a_batch_is_one_change_set_and_a_repeated_one_none(world: SampleWorld) -> None:
    acme = world.acme
    with tenant_scope([acme.id]):
        before = Stream.objects.get(pk=acme.journey).version
    sync(acme, *(item(acme, str(n)) for n in range(50)))
    with tenant_scope([acme.id]):
        (one,) = sets_since(acme.id, acme.journey, before)
    assert (one["action"], one["undoable"], len(one["changes"])) == ("touchpoint.sync", False, 50)
    sync(acme, *(item(acme, str(n)) for n in range(50)))
    with tenant_scope([acme.id]):
        assert sets_since(acme.id, acme.journey, before + 1) == []


def test_a_repeated_gesture_is_answered_again(world: SampleWorld) -> None:
    acme = world.acme
    sync(acme, item(acme, "1"), item(acme, "2"))
    actor = system_actor(acme.id).with_idempotency(uuid7(), "f")
    batch = [item(acme, "1"), item(acme, "2", hour=12), item(acme, "3"), item(acme, "4", title=3)]
    first = sync(acme, *batch, actor=actor)
    with pytest.raises(AlreadySynced) as again:
        touchpoints_sync(items=batch, actor=actor)
    assert again.value.body == first
    assert results(first) == ["unchanged", "updated", "created", "failed"]


def test_a_repeated_gesture_is_answered_as_the_first_time_whatever_came_since(
    world: SampleWorld,
) -> None:
    acme = world.acme
    other = journey_create(actor=system_actor(acme.id), title="Other", first_stage="One")
    sync(acme, item(acme, "1"), item(acme, "2"))
    with tenant_scope([acme.id]):
        elsewhere = Step.objects.get(stream=other.pk)
    actor = system_actor(acme.id).with_idempotency(uuid7(), "f")
    batch = [
        item(acme, "1", hour=12),
        item(acme, "2", hour=12, stage=str(elsewhere.stage_id)),
        item(acme, "3", stage=None, step=str(elsewhere.pk)),
        item(acme, "4", title=None),
        item(acme, "5", lane=str(uuid7())),
        item(acme, "6", channel=str(uuid7())),
        item(acme, "7"),
    ]
    first = sync(acme, *batch, actor=actor)
    failed = ["failed"] * 4
    assert results(first) == ["updated", "failed", "created", *failed[1:], "created"]
    for key in ("1", "7"):
        acme.edit({"op": "remove", "type": "touchpoint", "id": str(row(acme, key).pk)})
    gone = [{"op": "remove", "type": "journey", "id": str(other.pk)}]
    apply_ops(other.pk, parse_ops(gone), actor=system_actor(acme.id))
    with pytest.raises(AlreadySynced) as again:
        touchpoints_sync(items=batch, actor=actor)
    assert results(again.value.body) == results(first)
    # Item 1 now fails for another reason, because the journey that it names has been removed.
    for index in [0, 2, 3, 4, 5, 6]:
        assert again.value.body["results"][index] == first["results"][index]


def test_the_attributes_of_one_touchpoint_are_bounded(world: SampleWorld) -> None:
    """Lists and snapshots contain many touchpoints."""
    fits, large = {"a": "x" * 16_000}, {"a": "x" * 9_000, "b": ["y" * 9_000]}
    acme = world.acme
    answer = sync(acme, item(acme, "1", attributes=fits), item(acme, "2", attributes=large))
    assert results(answer) == ["created", "failed"]
    error = answer["results"][1]["errors"][0]
    assert (error["pointer"], error["code"]) == ("/items/1/attributes", "too_large")


def test_an_editor_syncs_and_a_viewer_does_not(world: SampleWorld) -> None:
    assert results(sync(world.acme, item(world.acme), actor=world.alice.actor)) == ["created"]
    with pytest.raises(Forbidden):
        sync(world.acme, item(world.acme), actor=world.bob.actor)


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: Any) -> SampleWorld:
    with django_db_blocker.unblock():
        return build_world()


news = st.fixed_dictionaries(
    {
        "key": st.sampled_from("abc"),
        "hour": st.integers(0, 3),
        "title": st.sampled_from(["Call", "Mail", "Visit"]),
        "emotion": st.sampled_from([-1, 0, None]),
    }
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    sent=st.lists(news, min_size=1, max_size=8, unique_by=lambda one: (one["key"], one["hour"])),
    data=st.data(),
)
def test_any_order_splitting_and_repetition_ends_in_the_same_rows(
    sent: list[dict[str, Any]], data: Any, shared: SampleWorld, db: None
) -> None:
    outcomes = []
    for prefix in (uuid7().hex, uuid7().hex):
        order = data.draw(st.permutations(sent + sent[:2]))
        while order:
            size = data.draw(st.integers(1, 3))
            batch, order = order[:size], order[size:]
            for one in batch if len({n["key"] for n in batch}) < len(batch) else [batch]:
                deliver(shared.acme, prefix, one if isinstance(one, list) else [one])
        with tenant_scope([shared.acme.id]):
            rows = Touchpoint.objects.filter(source=prefix).order_by("external_id")
            outcomes.append(
                list(
                    rows.values_list(
                        "external_id", "title", "emotion", "source_updated_at", "payload_hash"
                    )
                )
            )
    assert outcomes[0] == outcomes[1]


def deliver(place: SampleWorkspace, prefix: str, batch: list[dict[str, Any]]) -> None:
    items = [
        item(place, one["key"], one["hour"], source=prefix, title=one["title"])
        | {"emotion": one["emotion"]}
        for one in batch
    ]
    touchpoints_sync(items=items, actor=system_actor(place.id))


def test_the_log_of_a_sync_names_its_actor(world: SampleWorld) -> None:
    sync(world.acme, item(world.acme), actor=world.alice.actor)
    with tenant_scope([world.acme.id]):
        last = ChangeSet.objects.order_by("-feed").first()
    assert (last.action, last.actor_id) == ("touchpoint.sync", world.alice.member.id)
