"""Pages that show a journey as a list. The pages that edit its records are in other apps."""

from typing import Any
from uuid import UUID

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from changes.models import Stream
from changes.queries import find_redo, find_undo
from comments.queries import open_counts
from core.actors import APPOINT, DRAW, RULE, Actor
from core.ids import find_uuid
from journeys.access import get_journey
from journeys.models import Journey
from journeys.queries import future_variants, steps_linking_to
from ownership.access import is_self, may_appoint, may_claim, person_of
from ownership.models import Appointment
from ownership.queries import current_appointments, find_appointer
from pages.paging import WeightedPaginator, get_page
from pages.queries.journeys import journey_tree, stage_showing, weigh_stages
from workspaces.page_views import WorkspacePageView
from workspaces.queries import first_admin

MAX_PAGE_WEIGHT = 150


class JourneyPageView(WorkspacePageView):
    """Base view for the pages of a journey. It provides the context of the pages' header."""

    tab = "list"

    def get_journey(self, journey_id: UUID) -> tuple[Journey, Actor]:
        journey = get_journey(self.caller, journey_id)
        return journey, self.enter_workspace(journey.workspace_id)

    def header_context(self, journey: Journey, actor: Actor) -> dict[str, Any]:
        may_draw = actor.can(DRAW)
        counts = open_counts(journey.pk)
        held = current_appointments([journey.pk]).get(journey.pk, {})
        admin = None if actor.can(APPOINT) else first_admin(journey.workspace_id)
        return {
            "journey": journey,
            "tab": self.tab,
            "may_draw": may_draw,
            "may_appoint": may_appoint(actor, journey.pk),
            "may_appoint_producer": actor.can(APPOINT),
            "futures": future_variants(journey.pk),
            "opened_in": steps_linking_to(journey.pk),
            "offices": held,
            "admin": admin,
            "appointer": find_appointer(held, admin),
            "may_name_producer": actor.can(APPOINT) or is_held_by(actor, held.get("sponsor")),
            "asked_for": {
                "producer": find_appointer(
                    {k: v for k, v in held.items() if k == "sponsor"}, admin
                ),
                "sponsor": find_appointer({}, admin),
            },
            "undo": find_undo(journey.pk, actor) if may_draw else None,
            "redo": find_redo(journey.pk, actor) if may_draw else None,
            "comment_counts": counts,
            "open_comments": sum(counts.values()),
            "version": Stream.objects.filter(pk=journey.pk).values_list("version", flat=True)[0],
        }


class JourneyOutlineView(JourneyPageView):
    """One page of the journey in the customer's order. Forms are loaded on demand.

    `?at=` with the id of a record shows the page with that record.
    """

    def get(self, request: HttpRequest, journey_id: UUID) -> HttpResponse:
        journey, actor = self.get_journey(journey_id)
        me = person_of(actor)
        page = self.get_page(journey.pk)
        context = {
            **self.header_context(journey, actor),
            "page": page,
            "listed": journey_tree(journey.pk, page.object_list),
            "me": me,
            "may_open_case": actor.can(RULE),
            "may_claim": may_claim(actor, me),
        }
        return render(request, "journeys/outline.html", context)

    def get_page(self, journey_id: UUID) -> "Page[UUID]":
        """Return the ids of the stages on the requested page."""
        weights = dict(weigh_stages(journey_id))
        paginator = WeightedPaginator(list(weights), weights.values(), MAX_PAGE_WEIGHT)
        stage_id = None
        if paginator.num_pages > 1 and (record_id := find_uuid(self.request.GET.get("at", ""))):
            stage_id = stage_showing(journey_id, record_id)
        if stage_id is None:
            return get_page(self.request, paginator)
        return paginator.page(paginator.number_of(stage_id))


def is_held_by(actor: Actor, appointment: Appointment | None) -> bool:
    return appointment is not None and is_self(actor, appointment.person)
