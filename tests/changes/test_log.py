"""Pages of the log are limited by changes and bytes, and no change is lost between them."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes import log, publish
from changes.models import ChangeSet
from changes.ops import OpApplier, parse_ops
from changes.services import change_set
from core.tenancy import tenant_scope
from journeys.models import Stage
from tests.support.api_client import ApiClient, service_client
from tests.support.concurrency import together
from tests.support.event_loop import read_stream, run
from tests.support.factories import SampleWorld
from tests.support.log_invariants import all_changes, checking_log, recording_published
from workspaces.access import system_actor

SIZES = (2, 1, 12, 3, 3, 1)  # changes in each set


@pytest.fixture
def acme(world: SampleWorld) -> ApiClient:
    """Return a client of a workspace that has sets of several sizes."""
    for size in SIZES:
        title = "x" * (900 if size == 1 else 10)
        add = {"op": "add", "type": "stage", "fields": {"title": "y", "summary": title}}
        world.acme.edit(*[add] * size)
    return service_client(world.acme.id)


@pytest.fixture(params=["workspaces", "journeys"])
def address(request: Any, world: SampleWorld) -> str:
    kind = request.param
    return f"{kind}/{world.acme.id if kind == 'workspaces' else world.acme.journey}/changes"


def follow(program: ApiClient, address: str, since: int, **limits: int) -> list[Any]:
    """Return all pages from a position on."""
    pages, url = [], f"{address}?since={since}&limit={limits.get('limit', 500)}"
    while url:
        answer = program.get(url)
        assert answer.status_code == 200
        pages.append(json.loads(run(read_stream(answer)) if answer.streaming else answer.content))
        url = pages[-1]["next"]
    return pages


CASES = [
    ("MAX_PAGE_CHANGES", 5, [[2, 1], [12], [3], [3, 1]]),
    ("MAX_PAGE_CHANGES", 6, [[2, 1], [12], [3, 3], [1]]),
    ("MAX_PAGE_CHANGES", 1, [[2], [1], [12], [3], [3], [1]]),
    ("MAX_PAGE_BYTES", 1_500, [[2], [1], [12], [3, 3], [1]]),
    ("MAX_PAGE_BYTES", 1_000_000, [[2, 1, 12, 3, 3, 1]]),
]


def test_a_page_is_full_by_changes_or_bytes_and_a_larger_set_comes_alone(
    acme: ApiClient, address: str, monkeypatch: Any
) -> None:
    whole = [result for page in follow(acme, address, 0) for result in page["results"]]
    start = whole[-len(SIZES) - 1]["version" if "journeys" in address else "feed"]
    for cap, most, expected in CASES:
        with monkeypatch.context() as patch:
            patch.setattr(log, cap, most)
            pages = follow(acme, address, start)
        sizes = [[len(result["changes"]) for result in page["results"]] for page in pages]
        assert sizes == expected, (cap, most)
        assert [result for page in pages for result in page["results"]] == whole[-len(SIZES) :]


def test_limit_counts_sets_and_the_last_page_says_from_where_to_ask_later(
    world: SampleWorld, acme: ApiClient, address: str
) -> None:
    counter = "version" if "journeys" in address else "feed"
    (page,) = follow(acme, address, 0)
    assert (page["next"], page["position"]) == (None, page["results"][-1][counter])
    (nothing,) = follow(acme, address, page["position"])
    assert (nothing["results"], nothing["position"]) == ([], page["position"])
    world.acme.edit({"op": "add", "type": "stage", "fields": {"title": "later"}})
    (later,) = follow(acme, address, nothing["position"])
    assert [result[counter] for result in later["results"]] == [page["position"] + 1]
    assert {len(page["results"]) for page in follow(acme, address, 0, limit=1)} == {1}


def test_a_reader_of_few_types_is_not_held_up_by_the_changes_of_others(
    world: SampleWorld, acme: ApiClient, monkeypatch: Any
) -> None:
    monkeypatch.setattr(log, "MAX_PAGE_CHANGES", 1)
    later = ChangeSet.objects.filter(workspace=world.acme.id, feed__gt=world.began)
    with tenant_scope([world.acme.id]):
        sets = log.first_page(list(later.order_by("feed")), frozenset({"lane"}))
    assert [change_set["changes"] for change_set in sets] == [[]] * len(SIZES)


@pytest.mark.parametrize(("limit", "dated_while_others_wait"), [(3, False), (4, True)])
def test_a_large_gesture_is_dated_before_it_locks_the_feed(
    world: SampleWorld, monkeypatch: Any, limit: int, dated_while_others_wait: bool
) -> None:
    monkeypatch.setattr(log, "LARGE_GESTURE_CHANGES", limit)
    add = {"op": "add", "type": "stage", "fields": {"title": "meanwhile"}}
    personas = [{"op": "add", "type": "persona", "fields": {"name": name}} for name in "ab"]
    actor = system_actor(world.acme.id)
    with (
        checking_log(world.acme.id, undoing=False),
        CaptureQueriesContext(connection) as seen,
    ):
        with change_set([world.acme.journey], action="test.large", actor=actor) as large:
            OpApplier(large, world.acme.journey).apply(parse_ops([add] * 3))
            (meanwhile,) = together(lambda: world.acme.direct(personas[0]))
        later = world.acme.direct(personas[1])
        writes = [query["sql"] for query in seen]
    with tenant_scope([world.acme.id]):
        times = list(ChangeSet.objects.order_by("feed").values_list("at", flat=True))
        stages = Stage.objects.filter(version=large.sets[0]["version"])
        assert set(stages.values_list("updated_at", flat=True)) == {large.at}
    assert times[world.began :] == [meanwhile.at, large.at, later.at]
    assert meanwhile.at < large.at < later.at
    counter = next(n for n, sql in enumerate(writes) if "changes_feedcounter AS f" in sql)
    dated = next(n for n, sql in enumerate(writes) if sql.startswith('UPDATE "journeys_stage"'))
    assert (dated > counter) == dated_while_others_wait


def test_a_large_set_is_published_without_its_changes(world: SampleWorld, monkeypatch: Any) -> None:
    monkeypatch.setattr(publish, "MAX_PUBLISHED_BYTES", 2_000)
    with recording_published() as subscription:
        recorder = world.acme.edit(
            *[{"op": "add", "type": "stage", "fields": {"title": "x" * 50}}] * 20
        )
        # Tests on other workers publish to the same Redis.
        ours = publish.stream_channel(world.acme.journey).encode()
        messages = iter(
            lambda: subscription.get_message(ignore_subscribe_messages=True, timeout=5), None
        )
        message = next(message for message in messages if message["channel"] == ours)
    (written,) = recorder.sets
    assert json.loads(message["data"]) == written | {"changes": None}
    with tenant_scope([world.acme.id]):
        assert list(all_changes(world.acme.id, written["id"])) == written["changes"]
