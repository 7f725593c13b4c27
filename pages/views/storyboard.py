"""A journey's storyboard, and the list of a workspace's storyboards."""

from typing import Any
from uuid import UUID

from csp.decorators import csp_update
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode

from comments.queries import open_pins
from core.actors import DRAW
from core.errors import NotFound
from journeys.models import Journey
from pages.paging import get_page
from pages.queries.storyboards import search_storyboards, storyboards_of
from pages.views.journey_map import editor_bootstrap
from pages.views.journey_outline import JourneyPageView
from storyboards.queries import film_of
from workspaces.page_views import WorkspacePageView

STORYBOARDS_PER_PAGE = 24
# What Excalidraw needs beyond the policy of all pages: the style attribute of texts in SVG
# (`white-space: pre;`), by its hash.
EDITOR_POLICY = {
    "style-src-attr": [
        "'unsafe-hashes'",
        "'sha256-z8KTzswc4v8taSUJ/JTguDMagJvum9ej3m3yXld36bE='",
    ]
}


class StoryboardView(JourneyPageView):
    """The storyboard of a journey: its frames in order.

    The server renders the pictures, so that they appear at once and also without JavaScript. The
    editor then replaces them, from the snapshot in the page.
    """

    tab = "storyboard"

    @method_decorator(csp_update(EDITOR_POLICY))
    def get(self, request: HttpRequest, slug: str, journey_id: UUID) -> HttpResponse:
        journey, actor = self.get_journey(journey_id)
        if journey.workspace.slug != slug:
            raise NotFound
        header = self.header_context(journey, actor)
        boot = editor_bootstrap(request, journey, actor, header)
        context = {
            **header,
            "frames": film_of(journey.pk),
            "pins": open_pins(journey.pk),
            "boot": {
                **boot,
                "urls": {
                    **boot["urls"],
                    **storyboard_urls(request, slug, journey.pk),
                    **(persona_urls(request, journey) if actor.can(DRAW) else {}),
                },
            },
        }
        return render(request, "storyboards/storyboard.html", context)


def storyboard_urls(request: HttpRequest, slug: str, journey_id: UUID) -> dict[str, Any]:
    """Return the URLs that only the storyboard needs, with `{id}` for the id of a drawing."""
    socket = f"{'wss' if request.is_secure() else 'ws'}://{request.get_host()}"
    return {
        "storyboards": reverse("storyboards", args=[slug]),
        "storyboard_export": reverse("storyboard_export", args=[slug, journey_id]),
        "drawing_socket": f"{socket}/ws/drawings/{{id}}",
    }


def persona_urls(request: HttpRequest, journey: Journey) -> dict[str, str]:
    """Return the URLs of the forms for personas. After saving, these forms redirect to this page."""
    query = urlencode({"next": request.path})
    forms = {
        "personas": reverse("persona_add", args=[journey.workspace_id]),
        "persona": reverse("persona_edit", args=[UUID(int=0)]).replace(str(UUID(int=0)), "{id}"),
    }
    return {name: f"{url}?{query}" for name, url in forms.items()}


class StoryboardListView(WorkspacePageView):
    """The storyboards of a workspace as covers, the most recently drawn first."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, _ = self.enter_workspace_for_slug(slug)
        query = request.GET.get("q", "").strip()
        found = search_storyboards(workspace.id, query)
        page = get_page(request, Paginator(found, STORYBOARDS_PER_PAGE))
        context = {"page": page, "boards": storyboards_of(page.object_list), "query": query}
        return render(request, "storyboards/storyboard_list.html", context)
