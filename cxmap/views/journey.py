"""A journey in the list, and its history. Writing its parts: journeys, touchpoints, ownership."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from changes.history import HistoryEntry, HistoryGroup, history
from changes.models import ChangeSet, NamedVersion, Stream, record_types
from changes.queries import find_redo, find_undo
from comments.queries import open_counts
from core.actors import APPOINT, CLAIM, DRAW, Actor
from core.ids import parse_uuid
from core.integers import parse_integer
from cxmap.queries import journey_tree
from journeys.access import get_journey
from journeys.models import Journey, Stage
from journeys.queries import future_variants, steps_linking_to
from ownership.access import is_self, may_appoint, person_of
from ownership.models import Appointment
from ownership.queries import current_appointments, find_appointer
from workspaces.models import Member
from workspaces.page_views import WorkspacePageView
from workspaces.queries import first_admin

TYPES_IN_TREE = {"stage", "step", "touchpoint", "promise", "lane", "note", "measure", "comment"}


class JourneyPageView(WorkspacePageView):
    """What the pages of one journey share: its header."""

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
    """Everything of a journey, in the customer's order; forms are fetched when they are wanted."""

    def get(self, request: HttpRequest, journey_id: UUID) -> HttpResponse:
        journey, actor = self.get_journey(journey_id)
        me = person_of(actor)
        context = {
            **self.header_context(journey, actor),
            "listed": journey_tree(journey.pk),
            "me": me,
            "may_claim": actor.can(CLAIM) and me is not None,
        }
        return render(request, "journeys/list.html", context)


class JourneyHistoryView(JourneyPageView):
    """The log of a journey as sentences, by person and ten minutes, the latest first."""

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
            "there": existing_ids([one for sitting in sittings for one in sitting.entries]),
            "members": contributors(journey.pk),
            "stages": Stage.objects.filter(stream=journey.pk).order_by("position", "pk"),
            "chosen": {"member": member, "record": record},
            "named": NamedVersion.objects.filter(stream=journey.pk).order_by("-number", "name"),
        }
        return render(request, "journeys/history.html", context)


def is_held_by(actor: Actor, appointment: Appointment | None) -> bool:
    return appointment is not None and is_self(actor, appointment.person)


def uuid_or_none(value: str) -> UUID | None:
    """Return what a filter names; nothing for what is no id, as for a choice not made."""
    try:
        return parse_uuid(value)
    except ValueError:
        return None


def contributors(journey_id: UUID) -> list[Member]:
    """Return the members who ever changed a journey, by name."""
    sets = ChangeSet.objects.filter(stream=journey_id, actor_kind="member")
    members = Member.objects.filter(pk__in=sets.values("actor_id")).select_related("user")
    return sorted(members, key=str)


def group_by_day(sittings: list[HistoryGroup]) -> list[tuple[Any, list[HistoryGroup]]]:
    days: dict[Any, list[HistoryGroup]] = {}
    for one in sittings:
        days.setdefault(timezone.localtime(one.latest.at).date(), []).append(one)
    return list(days.items())


def existing_ids(sentences: list[HistoryEntry]) -> set[UUID]:
    """Return the ids of subjects that a page still shows: only these are links."""
    shown: dict[str, list[UUID]] = {}
    for slug, pk in (one.subject for one in sentences if one.subject):
        if slug in TYPES_IN_TREE:
            shown.setdefault(slug, []).append(pk)
    types = record_types()
    return {
        pk
        for slug, ids in shown.items()
        for pk in types[slug].objects.filter(pk__in=ids).values_list("pk", flat=True)
    }
