"""Links between journeys: pairs of current and future state, and journeys inside a step."""

import threading
from typing import Any

import pytest
from django.db import connections

from changes.ops import parse_ops
from changes.services import apply_ops
from core.errors import AppError
from journeys.models import Journey, Step
from journeys.services import journey_create
from tests.support.api_client import ApiClient
from tests.support.factories import SampleWorld
from workspaces.access import system_actor


def another(world: SampleWorld, title: str = "Another", **fields: Any) -> Journey:
    return journey_create(
        actor=system_actor(world.acme.id), first_stage="Begin", title=title, **fields
    )


def opens(world: SampleWorld, inside: Any, journey: Any) -> Any:
    """Make the first step of one journey open another journey."""
    step = world.acme.all(Step, stream=inside)[0]
    op = {"op": "set", "type": "step", "id": str(step.pk), "fields": {"opens": str(journey)}}
    return apply_ops(inside, parse_ops([op]), actor=system_actor(world.acme.id))


class TestPair:
    def pair(self, acme: ApiClient, journey: Any, of: Any, **more: Any) -> Any:
        return acme.patch(f"journeys/{journey}", {"pair_of": str(of), **more})

    def test_a_future_is_paired_with_what_is(self, world: SampleWorld, acme: ApiClient) -> None:
        future = another(world, state="future")
        answer = self.pair(acme, future.pk, world.acme.journey)
        assert answer.json()["pair_of"] == str(world.acme.journey)
        found = acme.get(f"journeys?pair_of={world.acme.journey}").json()["results"]
        assert [one["id"] for one in found] == [str(future.pk)]

    def test_the_two_have_different_states(self, world: SampleWorld, acme: ApiClient) -> None:
        future, other = another(world, state="future"), another(world, state="future")
        same = self.pair(acme, future.pk, other.pk)
        assert same.status_code == 400
        assert same.json()["errors"][0]["pointer"] == "/pair_of"
        current = another(world)
        answer = self.pair(acme, current.pk, world.acme.journey)
        assert (answer.status_code, answer.json()["code"]) == (409, "only-a-future-has-a-pair")
        itself = self.pair(acme, future.pk, future.pk)
        assert itself.status_code == 400

    def test_neither_changes_its_state_alone(self, world: SampleWorld, acme: ApiClient) -> None:
        future = another(world, state="future", pair_of_id=world.acme.journey)
        as_is = acme.patch(f"journeys/{world.acme.journey}", {"state": "future"})
        assert (as_is.status_code, as_is.json()["code"]) == (409, "has-a-future")
        to_be = acme.patch(f"journeys/{future.pk}", {"state": "current"})
        assert (to_be.status_code, to_be.json()["code"]) == (409, "only-a-future-has-a-pair")
        both = acme.patch(f"journeys/{future.pk}", {"state": "current", "pair_of": None})
        assert both.status_code == 200

    def test_what_is_paired_is_not_removed(self, world: SampleWorld, acme: ApiClient) -> None:
        another(world, state="future", pair_of_id=world.acme.journey)
        answer = acme.delete(f"journeys/{world.acme.journey}")
        assert (answer.status_code, answer.json()["code"]) == (409, "protected")


class TestOpens:
    def test_never_itself(self, world: SampleWorld, acme: ApiClient) -> None:
        journey, step = world.acme.journey, world.acme.steps["Asks"]
        answer = acme.patch(f"steps/{step}", {"opens": str(journey)})
        assert (answer.status_code, answer.json()["code"]) == (409, "cycle")
        assert answer.json()["errors"][0]["pointer"] == "/opens"
        op = {"op": "set", "type": "step", "id": str(step), "fields": {"opens": str(journey)}}
        edited = acme.post(f"journeys/{journey}/edits", {"ops": [op]})
        assert edited.json()["errors"][0]["pointer"] == "/ops/0/fields/opens"

    def test_never_in_a_circle(self, world: SampleWorld) -> None:
        one, two, three = (another(world, title).pk for title in "ABC")
        opens(world, one, two)
        opens(world, two, three)
        with pytest.raises(AppError) as refused:
            opens(world, three, one)
        assert refused.value.code == "cycle"
        opens(world, one, three)

    def test_two_hands_at_once_make_no_circle(self, world: SampleWorld) -> None:
        """Each of the two links is valid on its own. Only both together form a cycle."""
        one, two, three, four = (another(world, title).pk for title in "ABCD")
        opens(world, one, two)
        opens(world, three, four)
        done: list[bool] = []
        start = threading.Barrier(2)

        def work(inside: Any, journey: Any) -> None:
            start.wait()
            try:
                opens(world, inside, journey)
                done.append(True)
            except AppError as refusal:
                done.append(refusal.code != "cycle")
            finally:
                connections.close_all()

        pairs = [(two, three), (four, one)]
        threads = [threading.Thread(target=work, args=pair) for pair in pairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(done) == [False, True]

    def test_what_opens_in_a_step_is_not_removed(self, world: SampleWorld, acme: ApiClient) -> None:
        other = another(world)
        opens(world, world.acme.journey, other.pk)
        answer = acme.delete(f"journeys/{other.pk}")
        assert (answer.status_code, answer.json()["code"]) == (409, "protected")
        found = acme.get(f"steps?opens={other.pk}").json()["results"]
        assert [one["journey"] for one in found] == [str(world.acme.journey)]

    def test_a_foreign_journey_is_like_none(self, world: SampleWorld, acme: ApiClient) -> None:
        for name, body in (("pair_of", {"state": "future"}), ("opens", {})):
            path = {
                "pair_of": f"journeys/{another(world).pk}",
                "opens": f"steps/{world.acme.steps['Asks']}",
            }[name]
            answer = acme.patch(path, {**body, name: str(world.twin.journey)})
            assert answer.status_code == 400
            assert answer.json()["errors"][0]["code"] == "not_found"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("trend", ""),
        ("trend", {}),
        ("trend", None),
        ("trend", [1, "2"]),
        ("trend", [True]),
        ("trend", [1] * 101),
        ("trend", [2e15]),
        ("value", 2e15),
        ("value", "61"),
        ("value", True),
        ("target", [1]),
        ("better", "more"),
        ("unit", "x" * 21),
    ],
)
def test_what_is_no_measure_is_refused_where_it_stands(
    field: str, value: Any, world: SampleWorld, acme: ApiClient
) -> None:
    path = f"measures/{world.acme.measures['Days of waiting']}"
    before = acme.get(path).json()
    answer = acme.patch(path, {field: value})
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["pointer"] == f"/{field}"
    assert acme.get(path).json() == before


@pytest.mark.parametrize(
    ("value", "target", "better", "off"),
    [
        (61, 24, "lower", True),
        (24, 24, "lower", False),
        (38, 60, "higher", True),
        (60, 60, "higher", False),
        (None, 60, "higher", False),
        (38, None, "higher", False),
        (0, 0.5, "higher", True),
    ],
)
def test_a_measure_is_off_target_on_the_worse_side_of_it(value, target, better, off):
    from journeys.models import Measure

    assert Measure(value=value, target=target, better=better).is_off_target is off
