"""The list of a journey's hand-offs."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pages.paging import PAGE_SIZE, get_page
from pages.queries.handoffs import handoff_rows, handoffs_of_journey
from pages.views.journey_outline import JourneyPageView


class JourneyHandOffsView(JourneyPageView):
    """The hand-offs between each two adjacent stages with different directors, and who has signed them."""

    tab = "handoffs"

    def get(self, request: HttpRequest, journey_id: UUID) -> HttpResponse:
        journey, actor = self.get_journey(journey_id)
        page = get_page(request, Paginator(handoffs_of_journey(journey.pk), PAGE_SIZE))
        context = {
            **self.header_context(journey, actor),
            "page": page,
            "handoffs": handoff_rows(page.object_list, journey.pk, actor),
        }
        return render(request, "journeys/handoffs.html", context)
