"""The history of a journey: its log as sentences."""

from typing import Any
from uuid import UUID

from django.db.models import Func, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst

from changes.history import HistoryEntry, HistoryGroup, history
from changes.models import ChangeSet, NamedVersion, record_types
from core.ids import find_uuid
from core.integers import parse_integer
from journeys.models import Journey, Stage
from pages.views.journey_outline import JourneyPageView
from workspaces.models import Member

TYPES_IN_TREE = {
    "stage",
    "step",
    "touchpoint",
    "promise",
    "lane",
    "note",
    "measure",
    "frame",
    "comment",
}


class JourneyHistoryView(JourneyPageView):
    """The log of a journey as sentences, in groups of one person and ten minutes, latest first."""

    tab = "history"

    def get(self, request: HttpRequest, journey_id: UUID) -> HttpResponse:
        journey, actor = self.get_journey(journey_id)
        member, record = (find_uuid(request.GET.get(name, "")) for name in ("member", "record"))
        types = changed_types(journey)
        record_type = slug if (slug := request.GET.get("type")) in types else None
        before = parse_integer(request.GET.get("before", ""))
        sittings, following = history(
            journey.workspace_id,
            journey.pk,
            before=before,
            member=member,
            record=record,
            record_type=record_type,
        )
        context = {
            **self.header_context(journey, actor),
            "days": group_by_day(sittings),
            "before": before,
            "following": following,
            "there": existing_ids([entry for sitting in sittings for entry in sitting.entries]),
            "members": contributors(journey),
            "stages": Stage.objects.filter(stream=journey.pk).order_by("position", "pk"),
            "types": types,
            "chosen": {"member": member, "record": record, "type": record_type},
            "is_filtered": bool(member or record or record_type),
            "named": NamedVersion.objects.filter(stream=journey.pk).order_by("-number", "name"),
        }
        return render(request, "journeys/history.html", context)


def journey_sets(journey: Journey) -> QuerySet[ChangeSet]:
    return ChangeSet.objects.filter(workspace_id=journey.workspace_id, stream_id=journey.pk)


def contributors(journey: Journey) -> list[Member]:
    """Return the members who have changed a journey, ordered by name."""
    sets = journey_sets(journey).filter(actor_kind="member")
    members = Member.objects.filter(pk__in=sets.values("actor_id")).select_related("user")
    return sorted(members, key=str)


def changed_types(journey: Journey) -> dict[str, str]:
    """Return the names of the types whose records were ever changed in a journey, by slug."""
    unnested = Func("types", function="unnest")
    slugs = set(journey_sets(journey).values_list(unnested, flat=True).distinct())
    types = {slug: model for slug, model in record_types().items() if slug in slugs}
    return {slug: capfirst(model._meta.verbose_name) for slug, model in types.items()}


def group_by_day(sittings: list[HistoryGroup]) -> list[tuple[Any, list[HistoryGroup]]]:
    days: dict[Any, list[HistoryGroup]] = {}
    for sitting in sittings:
        days.setdefault(timezone.localtime(sitting.latest.at).date(), []).append(sitting)
    return list(days.items())


def existing_ids(sentences: list[HistoryEntry]) -> set[UUID]:
    """Return the ids of the sentences' subjects that still exist and that a journey's list shows.

    Only these are shown as links.
    """
    shown: dict[str, list[UUID]] = {}
    for slug, pk in (sentence.subject for sentence in sentences if sentence.subject):
        if slug in TYPES_IN_TREE:
            shown.setdefault(slug, []).append(pk)
    types = record_types()
    return {
        pk
        for slug, ids in shown.items()
        for pk in types[slug].objects.filter(pk__in=ids).values_list("pk", flat=True)
    }
