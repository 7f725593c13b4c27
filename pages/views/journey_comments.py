"""The threads of a journey by stage. comments/views.py has the pages that write them."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from comments.models import Comment
from comments.queries import Thread, build_threads, root_comments, thread_of
from core.actors import MODERATE
from core.ids import find_uuid
from journeys.models import Stage
from pages.paging import PAGE_SIZE, get_page
from pages.views.journey_outline import JourneyPageView


class JourneyCommentsView(JourneyPageView):
    """The open or resolved threads, newest first within each stage, or just one thread."""

    tab = "comments"

    def get(self, request: HttpRequest, journey_id: UUID) -> HttpResponse:
        journey, actor = self.get_journey(journey_id)
        resolved = request.GET.get("show") == "resolved"
        requested = requested_thread(request, journey.pk)
        firsts = requested or root_comments(journey.pk, is_open=not resolved)
        page = get_page(request, Paginator(firsts, PAGE_SIZE))
        context = {
            "is_one": bool(requested),
            **self.header_context(journey, actor),
            "page": page,
            "resolved": resolved,
            "resolved_comments": root_comments(journey.pk, is_open=False).count(),
            "groups": group_by_stage(journey.pk, build_threads(page.object_list)),
            "member_id": actor.member_id,
            "may_moderate": actor.can(MODERATE),
        }
        return render(request, "journeys/comments.html", context)


def requested_thread(request: HttpRequest, journey_id: UUID) -> list[Comment]:
    """Return the first comment of the thread in the query string, or [] if this journey has no such thread."""
    comment_id = find_uuid(request.GET.get("thread", ""))
    return list(thread_of(journey_id, comment_id)) if comment_id else []


def group_by_stage(journey_id: UUID, threads: list[Thread]) -> list[dict[str, Any]]:
    """Group threads by stage, in the order of the stages. Threads about the whole journey come first."""
    groups: dict[UUID | None, dict[str, Any]] = {None: {"number": 0, "title": "", "threads": []}}
    stages = Stage.objects.filter(stream=journey_id).order_by("position", "pk")
    for number, stage in enumerate(stages, 1):
        groups[stage.pk] = {"number": number, "title": stage.title, "threads": []}
    for thread in threads:
        stage_id = thread.subject.stage_id if thread.subject else None
        groups[stage_id]["threads"].append(thread)
    return [group for group in groups.values() if group["threads"]]
