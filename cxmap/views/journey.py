"""A journey in the list, and its history. Writing its parts: journeys, touchpoints, ownership."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from changes.history import Sentence, tell
from changes.models import ChangeSet, Stream, record_types
from changes.queries import find_redo, find_undo
from comments.queries import open_counts
from cxmap.queries import listed_journey
from journeys.access import get_journey
from journeys.models import Journey
from journeys.queries import futures_of, opened_in
from ownership.access import may_appoint, person_of
from ownership.queries import offices
from workspaces.access import APPOINT, CLAIM, DRAW, Actor
from workspaces.pages import Page

PAGE = 50
SHOWN = {"stage", "step", "touchpoint", "promise", "lane", "note", "measure", "comment"}


class JourneyPage(Page):
    """What the pages of one journey share: its header."""

    tab = "list"

    def open(self, journey_id: UUID) -> tuple[Journey, Actor]:
        journey = get_journey(self.caller, journey_id)
        return journey, self.enter(journey.workspace_id)

    def header(self, journey: Journey, actor: Actor) -> dict[str, Any]:
        may_draw = actor.can(DRAW)
        counts = open_counts(journey.pk)
        return {
            "journey": journey,
            "tab": self.tab,
            "may_draw": may_draw,
            "may_appoint": may_appoint(actor, journey.pk),
            "may_appoint_producer": actor.can(APPOINT),
            "futures": futures_of(journey.pk),
            "opened_in": opened_in(journey.pk),
            "offices": offices([journey.pk]).get(journey.pk, {}),
            "undo": find_undo(journey.pk, actor) if may_draw else None,
            "redo": find_redo(journey.pk, actor) if may_draw else None,
            "comment_counts": counts,
            "open_comments": sum(counts.values()),
            "version": Stream.objects.filter(pk=journey.pk).values_list("version", flat=True)[0],
        }


class JourneyList(JourneyPage):
    """Everything of a journey, in the customer's order; forms are fetched when they are wanted."""

    def get(self, request: HttpRequest, journey_id: UUID) -> HttpResponse:
        journey, actor = self.open(journey_id)
        me = person_of(actor)
        context = {
            **self.header(journey, actor),
            "listed": listed_journey(journey.pk),
            "me": me,
            "may_claim": actor.can(CLAIM) and me is not None,
        }
        return render(request, "journeys/list.html", context)


class JourneyHistory(JourneyPage):
    """The log of a journey as sentences, the latest first."""

    tab = "history"

    def get(self, request: HttpRequest, journey_id: UUID) -> HttpResponse:
        journey, actor = self.open(journey_id)
        sets = ChangeSet.objects.filter(stream=journey.pk).order_by("-version")
        pages = Paginator(sets, PAGE)
        page = pages.get_page(request.GET.get("page"))
        sentences = tell(list(page.object_list))
        context = {
            **self.header(journey, actor),
            "page": page,
            "days": by_day(sentences),
            "there": still_there(sentences),
        }
        return render(request, "journeys/history.html", context)


def by_day(sentences: list[Sentence]) -> list[tuple[Any, list[Sentence]]]:
    days: dict[Any, list[Sentence]] = {}
    for one in sentences:
        days.setdefault(one.at.date(), []).append(one)
    return list(days.items())


def still_there(sentences: list[Sentence]) -> set[UUID]:
    """Return the ids of subjects that a page still shows: only these are links."""
    shown: dict[str, list[UUID]] = {}
    for slug, pk in (one.subject for one in sentences if one.subject):
        if slug in SHOWN:
            shown.setdefault(slug, []).append(pk)
    types = record_types()
    return {
        pk
        for slug, ids in shown.items()
        for pk in types[slug].objects.filter(pk__in=ids).values_list("pk", flat=True)
    }
