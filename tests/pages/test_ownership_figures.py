"""The ownership page counts live current-state journeys only, not drafts or future states."""

from typing import Any

from django.urls import reverse

from changes.ops import parse_ops
from changes.services import apply_ops
from journeys.models import Journey, Stage
from journeys.services import journey_create, journey_duplicate
from notifications.services import sync_notices
from ownership import audit
from ownership.services import claim_create
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in
from workspaces.access import system_actor


def shown(world: SampleWorld, **query: str) -> Any:
    url = reverse("ownership", args=[world.acme.workspace.slug])
    return signed_in(world.erin).get(url, query)


def test_only_live_journeys_as_they_are_count(world: SampleWorld) -> None:
    actor = system_actor(world.acme.id)
    journey = world.acme.read(Journey, world.acme.journey)
    draft = journey_create(actor=actor, title="A draft", first_stage="Begin")
    for kind, title in (("future", "A future"), ("template", "A template"), ("copy", "An old one")):
        copy = journey_duplicate(journey=journey, title=title, kind=kind, actor=actor)
        status = {"future": "live", "template": "live", "copy": "retired"}[kind]
        op = {"op": "set", "type": "journey", "id": str(copy.pk), "fields": {"status": status}}
        apply_ops(copy.pk, parse_ops([op]), actor=actor)
    audit.run_audit(world.acme.id)
    context = shown(world).context
    assert context["coverage"].stages == 3
    assert [row["title"] for row in context["ledger"]] == ["A contract"]
    assert [one["row"].journey.title for one in context["table"]] == ["A contract"]
    assert {hole["journey"].title for hole in context["holes"]["vacant"]} == {"A contract"}
    assert {flag["journey"] for flag in context["flags"]} == {"A contract"}
    text = " ".join(shown(world).content.decode().split())
    assert "1 draft, 1 stage without a director" in text
    asked = shown(world, journey=str(draft.pk)).context
    assert {flag["journey"] for flag in asked["flags"]} == {"A draft"}


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
        ("OWN-01", "Choose"),
        ("OWN-01", "Buy"),
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
    assert page.context["page"].paginator.count == 125
