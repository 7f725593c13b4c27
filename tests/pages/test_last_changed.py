"""Home and the sidebar show what people changed, regardless of later audits."""

from django.urls import reverse

from changes.ops import parse_ops
from changes.services import apply_ops
from core.tenancy import tenant_scope
from journeys.models import Journey
from journeys.services import journey_create
from ownership import audit
from pages.queries.journeys import journey_summaries, search_journeys
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in
from workspaces.access import system_actor


def rename(world: SampleWorld, journey: Journey, title: str, actor=None) -> None:
    op = {"op": "set", "type": "journey", "id": str(journey.pk), "fields": {"summary": title}}
    apply_ops(journey.pk, parse_ops([op]), actor=actor or system_actor(world.acme.id))


def test_the_last_change_of_a_person_counts_and_is_named(world: SampleWorld) -> None:
    first, second = (
        journey_create(actor=world.alice.actor, title=title, first_stage="Begin")
        for title in ("First", "Second")
    )
    stage = {"op": "add", "type": "stage", "id": None, "fields": {"title": "New"}}
    del stage["id"]
    apply_ops(
        first.pk, parse_ops([stage]), actor=world.dana.actor
    )  # does not change the journey's own row
    rename(world, second, "By a machine")
    audit.run_audit(world.acme.id)
    with tenant_scope([world.acme.id]):
        rows = journey_summaries(list(search_journeys(world.acme.id)))
    assert [(row.journey.title, row.changed_by) for row in rows] == [
        ("First", "dana"),
        ("Second", "alice"),
        ("A contract", ""),
    ]
    page = signed_in(world.bob).get(reverse("home", args=[world.acme.workspace.slug]))
    latest = [one["title"] for one in page.context["shell"]["last_changed"]]
    assert latest == ["First", "Second", "A contract"]
