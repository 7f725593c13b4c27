"""Lists: complete pages, documented filters, and a constant number of queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from rest_framework.renderers import JSONRenderer
from rest_framework.serializers import ModelSerializer

from changes.api.pagination import with_feed
from core.tenancy import tenant_scope
from tests.support.api_client import ApiClient, personal_client
from tests.support.factories import SampleWorld
from tests.support.nouns import LISTS


def test_pages_follow_each_other_and_keep_their_filters(
    world: SampleWorld, acme: ApiClient
) -> None:
    url = f"touchpoints?journey={world.acme.journey}&limit=3"
    seen, answer = [], acme.get(url)
    assert answer["Link"] == f'<{answer.json()["next"]}>; rel="next"'
    while True:
        page = answer.json()
        assert set(page) == {"next", "previous", "results"} and page["previous"] is None
        seen += [result["id"] for result in page["results"]]
        if page["next"] is None:
            break
        assert page["next"].startswith("http://testserver/api/v1/touchpoints?")
        assert f"journey={world.acme.journey}" in page["next"]
        answer = acme.get(page["next"])
    assert seen == sorted(map(str, world.acme.touchpoints.values()))


def test_a_pull_by_feed_sees_each_change_once_more(world: SampleWorld, acme: ApiClient) -> None:
    first = acme.get("touchpoints?feed_after=0&limit=5").json()
    rest = acme.get(first["next"]).json()["results"]
    rows = first["results"] + rest
    keys = [(row["feed"], row["id"]) for row in rows]
    assert keys == sorted(keys) and len(rows) == 8
    last = rows[-1]["feed"]
    changed = rows[0]["id"]
    acme.patch(f"touchpoints/{changed}", {"title": "Changed since"})
    after = acme.get(f"touchpoints?feed_after={last + 1}").json()["results"]
    assert [one["id"] for one in after] == [changed]
    assert acme.get(f"touchpoints?feed_after={last}").json()["results"][-1]["id"] == changed


def test_filters_find_what_they_name(world: SampleWorld, acme: ApiClient) -> None:
    place = world.acme
    for query, found in (
        (f"touchpoints?stage={place.stages['Buy']}", 3),
        (f"touchpoints?step={place.steps['Asks']}", 2),
        (f"touchpoints?department={place.departments['Network']}", 3),
        (f"touchpoints?lane={place.lanes['unassigned']}", 1),
        ("touchpoints?is_moment_of_truth=true", 0),
        (f"steps?journey={place.journey}", 5),
        ("lanes?kind=unassigned", 1),
        ("journeys?status=live", 1),
        ("journeys?folder=Elsewhere", 0),
        (f"persons?email={'bob'}@acme.test", 1),
        (f"stages?workspace={place.id}", 3),
        (f"stages?journey={world.twin.journey}", 0),
    ):
        answer = acme.get(query)
        assert answer.status_code == 200, answer.content
        assert len(answer.json()["results"]) == found, query


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=x",
        "limit=1&limit=2",
        "limit=١",
        "cursor=x",
        "cursor=",
        "page=2",
        "stage=1",
        "is_moment_of_truth=yes",
        "updated_after=-1",
        "updated_after=yesterday",
        "feed_after=99999999999999999999",
        "feed_after=-1",
        "updated_after=1",
        "updated_after=2026-11-28",
        "updated_after=2026-11-28T09:00:00+25:00",
        "feed_after=1&updated_after=2026-11-28T09:00:00Z",
        "workspace=x",
    ],
)
def test_a_query_that_means_nothing_is_refused(query: str, acme: ApiClient) -> None:
    answer = acme.get(f"touchpoints?{query}")
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["pointer"].startswith("?")


def test_refusals_of_a_query_say_what_is_wrong(acme: ApiClient) -> None:
    for query, said in (
        ("touchpoints?limit=2&limit=3", "?limit appears more than once"),
        ("touchpoints?q=x", "Unknown query parameter ?q"),
        ("flags?rule=OWN-99", "Use one of OWN-01, OWN-02"),
        ("flags?rule=OWN-01,OWN-04", "Use one of OWN-01, OWN-02"),
        ("touchpoints?updated_after=5", "use feed_after"),
        ("touchpoints?workspace=", "Send a UUID"),
        ("touchpoints/by-external-id/crm/1?workspace=", "Send a UUID"),
        ("journey-templates?workspace=", "Send a UUID"),
    ):
        answer = acme.get(query)
        assert answer.status_code == 400 and said in answer.json()["detail"], answer.content


def test_the_templates_are_paged_and_have_ids(acme: ApiClient) -> None:
    rows, following = [], "journey-templates?limit=4"
    while following:
        page = acme.get(following).json()
        rows, following = rows + page["results"], page["next"]
    assert [row["id"] for row in rows] == [row["template"] for row in rows]
    assert rows == acme.get("journey-templates").json()["results"] and len(rows) >= 6


def test_templates_are_not_lost_when_one_is_removed_between_two_pages(acme: ApiClient) -> None:
    made = [
        acme.post("journeys", {"title": f"{n}", "is_template": True}).json()["id"] for n in "ab"
    ]
    page = acme.get("journey-templates?limit=7").json()
    assert page["results"][-1]["id"] == made[0], "the last of the page is the one to be removed"
    assert acme.delete(f"journeys/{made[0]}").status_code == 204
    rest = acme.get(page["next"]).json()["results"]
    assert [one["id"] for one in rest] == made[1:]


def test_a_cursor_is_bound_to_its_list_filters_and_tenant(
    world: SampleWorld, acme: ApiClient, twin: ApiClient
) -> None:
    following = acme.get("touchpoints?limit=1").json()["next"]
    for other in (
        following.replace("touchpoints", "steps"),
        following + "&source=x",
        following[:-1] + ("A" if following[-1] != "A" else "B"),
    ):
        assert acme.get(other).json()["code"] == "invalid-cursor"
    assert twin.get(following).json()["code"] == "invalid-cursor"
    assert acme.get(following.replace("limit=1", "limit=2")).status_code == 200


def test_a_foreign_workspace_is_like_none(world: SampleWorld, acme: ApiClient) -> None:
    assert acme.get(f"stages?workspace={world.twin.id}").status_code == 404


@pytest.mark.parametrize("noun", [*LISTS, "jobs", "notices"])
def test_a_list_takes_as_many_queries_for_many_as_for_one(
    noun: str, world: SampleWorld, acme: ApiClient
) -> None:
    acme.get(noun)  # last_used_at is written once a minute
    counts = []
    for limit in (1, 200):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert acme.get(f"{noun}?limit={limit}").status_code == 200
        counts.append(len(queries))
    # The token, BEGIN, the transaction's mode, its tenants, the list, COMMIT.
    assert counts[0] == counts[1] <= 6, queries.captured_queries


@pytest.mark.parametrize("noun", [noun for noun in LISTS if noun != "workspaces"])
def test_a_record_is_represented_as_rest_framework_does(
    noun: str, world: SampleWorld, acme: ApiClient
) -> None:
    serializer_class = resolve(f"/api/v1/{noun}").func.view_class.serializer_class
    model = serializer_class.Meta.model
    with tenant_scope([world.acme.id]):
        rows = list(with_feed(model.objects.filter(workspace=world.acme.id)))
        serializer = serializer_class(rows, many=True)
        expected = [ModelSerializer.to_representation(serializer.child, row) for row in rows]
        assert JSONRenderer().render(serializer.data) == JSONRenderer().render(expected)


@pytest.mark.parametrize("noun", ["members", "invitations"])
def test_the_lists_of_access_are_constant_too(noun: str, world: SampleWorld) -> None:
    dana = personal_client(world.dana.actor)
    counts = []
    for limit in (1, 200):
        dana.get(noun)
        with CaptureQueriesContext(connection) as queries:
            assert dana.get(f"{noun}?limit={limit}").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6
