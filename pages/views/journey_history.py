"""The history of a journey: its log as sentences."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from changes.history import HistoryEntry, HistoryGroup, history
from changes.models import ChangeSet, NamedVersion, record_types
from core.ids import parse_uuid
from core.integers import parse_integer
from journeys.models import Stage
from pages.views.journey_outline import JourneyPageView
from workspaces.models import Member

TYPES_IN_TREE = {"stage", "step", "touchpoint", "promise", "lane", "note", "measure", "comment"}


class JourneyHistoryView(JourneyPageView):
    """The log of a journey as sentences, in groups of one person and ten minutes, latest first."""

    tab = "history"

    def get(self, request: HttpRequest, journey_id: UUID) -> HttpResponse:
        journey, actor = self.get_journey(journey_id)
        member, record = (uuid_or_none(request.GET.get(name, "")) for name in ("member", "record"))
        before = parse_integer(request.GET.get("before", ""))
        sittings, following = history(journey.pk, before=before, member=member, record=record)
        context = {
            **self.header_context(journey, actor),
            "days": group_by_day(sittings),
            "before": before,
            "following": following,
            "there": existing_ids([entry for sitting in sittings for entry in sitting.entries]),
            "members": contributors(journey.pk),
            "stages": Stage.objects.filter(stream=journey.pk).order_by("position", "pk"),
            "chosen": {"member": member, "record": record},
            "named": NamedVersion.objects.filter(stream=journey.pk).order_by("-number", "name"),
        }
        return render(request, "journeys/history.html", context)


def uuid_or_none(value: str) -> UUID | None:
    """Return the UUID in a filter's value, or None if it isn't one."""
    try:
        return parse_uuid(value)
    except ValueError:
        return None


def contributors(journey_id: UUID) -> list[Member]:
    """Return the members who have changed a journey, ordered by name."""
    sets = ChangeSet.objects.filter(stream=journey_id, actor_kind="member")
    members = Member.objects.filter(pk__in=sets.values("actor_id")).select_related("user")
    return sorted(members, key=str)


def group_by_day(sittings: list[HistoryGroup]) -> list[tuple[Any, list[HistoryGroup]]]:
    days: dict[Any, list[HistoryGroup]] = {}
    for sitting in sittings:
        days.setdefault(timezone.localtime(sitting.latest.at).date(), []).append(sitting)
    return list(days.items())


def existing_ids(sentences: list[HistoryEntry]) -> set[UUID]:
    """Return the ids of the records that still exist. Only these can be links."""
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
