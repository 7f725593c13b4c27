"""The ownership page counts live current-state journeys only, not drafts or future states."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from changes.ops import parse_ops
from changes.services import apply_ops
from journeys.models import Journey, Stage
from journeys.services import journey_create, journey_duplicate
from notifications.services import sync_notices
from ownership import audit
from ownership.services import claim_create, directorship_accept, directorship_propose
from pages.views import ownership as ownership_views
from tests.support.api_client import ApiClient
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in
from workspaces.access import system_actor


def shown(world: SampleWorld, **query: str) -> Any:
    url = reverse("ownership", args=[world.acme.workspace.slug])
    return signed_in(world.erin).get(url, query)


def publish_copy(world: SampleWorld, title: str, kind: str = "copy", status: str = "live") -> None:
    actor = system_actor(world.acme.id)
    journey = world.acme.read(Journey, world.acme.journey)
    copy = journey_duplicate(journey=journey, title=title, kind=kind, actor=actor)
    op = {"op": "set", "type": "journey", "id": str(copy.pk), "fields": {"status": status}}
    apply_ops(copy.pk, parse_ops([op]), actor=actor)


def test_only_live_journeys_as_they_are_count(world: SampleWorld) -> None:
    draft = journey_create(actor=system_actor(world.acme.id), title="A draft", first_stage="Begin")
    publish_copy(world, "A future", "future")
    publish_copy(world, "A future draft", "future", "draft")
    publish_copy(world, "A template", "template")
    publish_copy(world, "An old one", "copy", "retired")
    audit.run_audit(world.acme.id)
    context = shown(world).context
    assert context["coverage"].stages == 3
    assert [row["title"] for row in context["ticks"]] == ["A contract"]
    assert [line["row"].title for line in context["table"]] == ["A contract"]
    vacant = context["decisions"]["vacant"]["rows"]
    assert {row["stage"].journey.title for row in vacant} == {"A contract"}
    assert {flag["journey"] for flag in context["flags"]} == {"A contract"}
    text = " ".join(shown(world).content.decode().split())
    assert "1 draft, 1 stage without a director" in text
    asked = shown(world, journey=str(draft.pk)).context
    assert {flag["journey"] for flag in asked["flags"]} == {"A draft"}


def test_journeys_with_gaps_come_first_page_by_page(world: SampleWorld, monkeypatch: Any) -> None:
    monkeypatch.setattr(ownership_views, "JOURNEYS_PER_PAGE", 2)
    monkeypatch.setattr(ownership_views, "FLAGS_PER_PAGE", 4)
    for title in ("Twin one", "Twin two"):
        publish_copy(world, title)
    directing = directorship_propose(
        stage=world.acme.read(Stage, world.acme.stages["Buy"]),
        person=world.frank.person,
        actor=world.dana.actor,
    )
    directorship_accept(directorship=directing, actor=world.frank.actor)
    audit.run_audit(world.acme.id)
    pages = [shown(world, journeys=str(number)).context for number in (1, 2)]
    assert [[line["row"].title for line in page["table"]] for page in pages] == [
        ["Twin one", "Twin two"],
        ["A contract"],
    ]
    assert {page["coverage"].stages for page in pages} == {9}
    # 3 + 3 + 2 vacant stages, and each journey lacks a producer and a sponsor. A measure of “Buy” is off target,
    # and its director has no mandate.
    listed = [
        [
            (one["journey"], one["flag"].rule)
            for one in shown(world, page=str(number)).context["flags"]
        ]
        for number in (1, 2, 3, 4)
    ]
    assert [len(flags) for flags in listed] == [4, 4, 4, 2]
    assert [flag for flags in listed for flag in flags] == [
        ("Twin one", "OWN-14"),
        *[("Twin one", "OWN-01")] * 3,
        ("Twin one", "OWN-12"),
        ("Twin two", "OWN-14"),
        *[("Twin two", "OWN-01")] * 3,
        ("Twin two", "OWN-12"),
        *[("A contract", "OWN-01")] * 2,
        ("A contract", "OWN-12"),
        ("A contract", "OWN-08"),
    ]


def test_the_api_has_the_figures_of_the_page_by_folder(world: SampleWorld) -> None:
    publish_copy(world, "In a folder")
    publish_copy(world, "A draft", status="draft")
    publish_copy(world, "An old one", status="retired")
    (copy,) = world.acme.all(Journey, title="In a folder")
    op = {"op": "set", "type": "journey", "id": str(copy.pk), "fields": {"folder": "Consumer"}}
    apply_ops(copy.pk, parse_ops([op]), actor=system_actor(world.acme.id))
    directing = directorship_propose(
        stage=world.acme.read(Stage, world.acme.stages["Buy"]),
        person=world.frank.person,
        actor=world.dana.actor,
    )
    directorship_accept(directorship=directing, actor=world.frank.actor)
    with CaptureQueriesContext(connection) as queries:
        figures = ApiClient(user=world.bob.user).get(f"ownership?workspace={world.acme.id}").json()
    assert sum("ownership_standing" in query["sql"] for query in queries) == 1
    page = shown(world).context
    names = ("stages", "owned", "claimed", "vacant", "contested", "orphaned")
    assert figures["coverage"] == {name: getattr(page["coverage"], name) for name in names}
    assert figures["drafts"] == {name: getattr(page["draft_coverage"], name) for name in names}
    assert figures["coverage"]["owned"] == 1
    by_folder = [(row["folder"], row["journeys"], row["coverage"]) for row in figures["folders"]]
    assert [row[:2] for row in by_folder] == [("", 1), ("Consumer", 1)]
    for name in names:
        assert sum(row[2][name] for row in by_folder) == figures["coverage"][name]


def test_queries_do_not_grow_with_the_workspace(world: SampleWorld) -> None:
    def count() -> int:
        audit.run_audit(world.acme.id)
        with CaptureQueriesContext(connection) as queries:
            shown(world)
        return len(queries)

    count()  # the first request checks for migrations
    before = count()
    for number in range(3):
        publish_copy(world, f"No. {number}")
    assert count() == before


def test_flags_come_by_weight_and_touchpoints_without_department_in_one_line(
    world: SampleWorld,
) -> None:
    for who, department in (("alice", "Retail"), ("frank", "Network")):
        claim_create(
            stage=world.acme.read(Stage, world.acme.stages["Use"]),
            person=getattr(world, who).person,
            department=world.acme.department(department),
            kind="claim",
            actor=getattr(world, who).actor,
        )
    audit.run_audit(world.acme.id)
    page = shown(world)
    listed = [(flag["flag"].rule, flag["subject"].title) for flag in page.context["flags"]]
    assert listed == [
        ("OWN-04", "Use"),
        ("OWN-01", "Use"),
        ("OWN-14", "Buy"),
        ("OWN-01", "Buy"),
        ("OWN-01", "Choose"),
        ("OWN-12", "A contract"),
    ]
    assert "1 touchpoint has no department." in page.content.decode()
    assert [flag["flag"].rule for flag in shown(world, rule="OWN-18").context["flags"]] == [
        "OWN-18"
    ]


def test_what_waits_is_counted_up_to_a_hundred(world: SampleWorld) -> None:
    signs, lane = world.acme.steps["Signs"], world.acme.lanes["unassigned"]
    place = {"step": str(signs), "lane": str(lane)}
    world.acme.edit(
        *(
            {"op": "add", "type": "touchpoint", "fields": {"title": f"No. {n}"}, "place": place}
            for n in range(120)
        )
    )
    audit.run_audit(world.acme.id)
    sync_notices(world.acme.id)
    page = signed_in(world.oscar).get(reverse("inbox", args=[world.acme.workspace.slug]))
    assert page.context["shell"]["waiting"] == "99+"
    assert len(page.context["flags"]) == 50
    assert page.context["page"].paginator.count == 126
