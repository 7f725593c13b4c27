"""The ownership page and the inbox."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from changes.models import Stream
from comments.models import Comment
from comments.queries import build_threads
from core.actors import APPOINT, FLAGS, MODERATE, Actor, Caller
from core.audit_rules import audit_rules
from core.errors import NotFound
from core.ids import parse_uuid
from core.integers import parse_integer
from core.notices import Topic
from journeys.access import get_journey
from journeys.models import Journey
from notifications.queries import accepted_invitations
from ownership.access import person_of
from ownership.attestations import reviews_to_make
from ownership.case_notices import describe_cases
from ownership.contest_notices import contest_items
from ownership.handoff_notices import describe_handoffs
from ownership.models import Appointment, Directorship, Flag, Volunteer
from ownership.queries import (
    COUNTED,
    UNASSIGNED,
    Coverage,
    FlagsByJourney,
    count_unassigned,
    find_appointer,
    flag_subjects,
    flags,
    latest_full_audit,
    ownership_overview,
)
from ownership.summary import coverage_notes, coverage_summary
from pages.paging import get_page
from pages.queries.inbox import Inbox
from pages.queries.ownership import JourneyStages, stages_of_journeys, unowned_stages
from pages.queries.people import responsibilities_of
from pages.queries.stand_ins import stand_in_context
from webhooks.models import Endpoint
from webhooks.notices import WEBHOOK
from workspaces.demotion_notices import describe_demotions
from workspaces.page_views import WorkspacePageView
from workspaces.queries import first_admin

PAGE_SIZE = 50
JOURNEYS_PER_PAGE = 20
DECISIONS_PER_STATE = 20
FLAGS_PER_PAGE = 50


class OwnershipView(WorkspacePageView):
    """The ownership page: a summary, counts, coverage by journey, open decisions and flags.

    Journeys with the most stages to decide come first, page by page.
    """

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_workspace_for_slug(slug)
        coverage, places = ownership_overview(workspace.id, DECISIONS_PER_STATE)
        counted = [row for row in coverage if row.is_counted]
        drafts = [row for row in coverage if not row.is_counted]
        total = sum((row.coverage for row in counted), Coverage())
        counted.sort(key=lambda row: row.coverage.owned - row.coverage.stages)
        journeys = Paginator(counted, JOURNEYS_PER_PAGE).get_page(
            parse_integer(request.GET.get("journeys", ""))
        )
        context = {
            "coverage": total,
            "headline": coverage_summary(total),
            "figures": coverage_notes(total),
            "journeys": journeys,
            **stage_matrix(stages_of_journeys(journeys.object_list)),
            "decisions": decisions(workspace.id, total, places, actor),
            "decisions_shown": DECISIONS_PER_STATE,
            "last_run": latest_full_audit(workspace.id),
            "drafts": drafts,
            "draft_coverage": sum((row.coverage for row in drafts), Coverage()),
            **self.flag_context(request, workspace.id, actor),
        }
        return render(request, "ownership/ownership.html", context)

    def flag_context(
        self, request: HttpRequest, workspace_id: UUID, actor: Actor
    ) -> dict[str, Any]:
        """Return the context for a page of the flags that match the filters.

        If no journey is selected, the flags of counted journeys and of the directory are included.
        Flags about touchpoints without a department are only counted, unless their rule is selected.
        """
        selected = parse_flag_filters(request)
        journey = find_journey(self.caller, workspace_id, request.GET.get("journey", ""))
        filters: dict[str, Any] = {name: selected[name] for name in ("severity", "state")}
        counted = Journey.objects.filter(COUNTED, workspace=workspace_id).values("pk")
        # The directory, whose stream has the workspace's id, has flags about persons.
        filters["stream__in"] = (
            [journey.pk]
            if journey
            else Stream.objects.filter(Q(pk__in=counted) | Q(pk=workspace_id)).values("pk")
        )
        matching = flags(workspace_id, rule=selected["rule"], **filters)
        if not selected["rule"]:
            matching = matching.exclude(rule=UNASSIGNED)
        page = Paginator(FlagsByJourney(matching), FLAGS_PER_PAGE).get_page(
            parse_integer(request.GET.get("page", ""))
        )
        listed = list(page.object_list)
        about = flag_subjects(listed)
        directed = Directorship.objects.filter(
            workspace=workspace_id,
            stage__in=[row.subject_id for row in listed],
            accepted_at__isnull=False,
            ended_at=None,
        ).exclude(person__member=None)
        mine = set(
            directed.filter(person__member=actor.member_id).values_list("stage_id", flat=True)
        )
        produced = journeys_held_by(actor)
        return {
            "asked": selected,
            "asked_journey": journey,
            "page": page,
            "is_filtered": journey is not None or any(selected.values()),
            "unassigned": 0 if selected["rule"] else count_unassigned(workspace_id, **filters),
            "flags": [
                {
                    "flag": row,
                    "rule": audit_rules().get(row.rule),
                    "subject": about.get(row.pk),
                    "journey": row.journey_title,
                    "may_acknowledge": actor.can(FLAGS)
                    or row.subject_id in mine
                    or row.stream_id in produced,
                }
                for row in listed
            ],
            "rules": audit_rules().values(),
            "severities": Flag.Severity.choices,
            "states": Flag.State.choices,
            "may_dismiss": actor.can(FLAGS),
        }


def parse_flag_filters(request: HttpRequest) -> dict[str, str]:
    """Return the filters in the query string. Unknown values are ignored."""
    known: dict[str, Sequence[str]] = {
        "rule": list(audit_rules()),
        "severity": Flag.Severity.values,
        "state": Flag.State.values,
    }
    return {
        name: value if (value := request.GET.get(name, "")) in choices else ""
        for name, choices in known.items()
    }


def find_journey(caller: Caller, workspace_id: UUID, text: str) -> Journey | None:
    """Return the journey with the id in `text`, or None if the workspace has no such journey."""
    try:
        journey = get_journey(caller, parse_uuid(text))
    except (ValueError, NotFound):
        return None
    return journey if journey.workspace_id == workspace_id else None


def journeys_held_by(actor: Actor) -> set[UUID]:
    """Return the ids of the journeys of which the actor is the producer or sponsor."""
    held = Appointment.objects.filter(
        workspace=actor.workspace_id, ended_at=None, person__member__isnull=False
    )
    return set(held.filter(person__member=actor.member_id).values_list("journey_id", flat=True))


def stage_matrix(rows: list[JourneyStages]) -> dict[str, Any]:
    """Return the template data for the stages of journeys.

    `table` has a row of stages for each journey. `blank` in a row is the range of empty cells that pad it
    to the length of the longest row. `ticks` has each journey's title, states of stages and URL.
    """
    widest = max((len(row.stages) + bool(row.hidden) for row in rows), default=0)
    return {
        "widest": range(1, widest + 1),
        "table": [
            {"row": row, "blank": range(widest - len(row.stages) - bool(row.hidden))}
            for row in rows
        ],
        "ticks": [
            {
                "title": row.title,
                "states": row.states,
                "url": reverse("journey", args=[row.journey_id]),
            }
            for row in rows
        ],
    }


def decisions(
    workspace_id: UUID, total: Coverage, places: Mapping[UUID, int], actor: Actor
) -> dict[str, dict[str, Any]]:
    """Return, for each state except owned, the number of stages and the data of the first stages.

    `places` has the sort positions of the first stages by id, from ownership_overview().
    """
    produced = journeys_held_by(actor)
    admin = None if actor.can(APPOINT) else first_admin(workspace_id)
    return {
        state: {
            "count": getattr(total, state),
            "may_propose": actor.can(APPOINT) or bool(produced),
            "rows": [
                {
                    "stage": stage,
                    "may_appoint": actor.can(APPOINT) or stage.journey.pk in produced,
                    "appointer": find_appointer(stage.appointments, admin),
                }
                for stage in stages
            ],
        }
        for state, stages in unowned_stages(places).items()
    }


class InboxView(WorkspacePageView):
    """A member's inbox: proposals to answer, threads that await a reply, and flags to resolve."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_workspace_for_slug(slug)
        inbox = Inbox(actor)
        request.waiting_count = len(inbox.notices)  # type: ignore[attr-defined]
        flag_ids = inbox.subject_ids(Flag.slug)
        paginator = Paginator(
            flags(workspace.pk, pk__in=flag_ids, state=Flag.State.OPEN), PAGE_SIZE
        )
        paginator.count = len(flag_ids)
        page = get_page(request, paginator)
        listed = list(page.object_list)
        about = flag_subjects(listed)
        notices = {row.subject_id: row for row in inbox.own}
        person = person_of(actor)
        mine = responsibilities_of(person, 1, PAGE_SIZE) if person else None
        proposal_ids = inbox.subject_ids(Directorship.slug)
        proposals = list(
            Directorship.objects.filter(pk__in=proposal_ids)
            .select_related("stage__journey", "department", "agreed_by")
            .order_by("proposed_at")[:PAGE_SIZE]
        )
        for row in proposals:
            row.accept_url = reverse("accept", args=[row.pk])  # type: ignore[attr-defined]
        offers = Volunteer.objects.filter(pk__in=inbox.subject_ids(Volunteer.slug))
        threads = Comment.objects.filter(pk__in=inbox.subject_ids(Comment.slug))
        context: dict[str, Any] = {
            "demotions": inbox.with_texts(Topic.DEMOTIONS, describe_demotions),
            "proposals": proposals,
            "handoffs": inbox.with_texts(Topic.HANDOFFS, describe_handoffs),
            "cases": inbox.with_texts(Topic.CASES, describe_cases),
            "contests": inbox.with_texts(Topic.CONTESTS, contest_items, "item"),
            "volunteers": offers.select_related("person", "stage__journey").order_by("offered_at")[
                :PAGE_SIZE
            ],
            "proposal_count": len(proposal_ids),
            "reviews": reviews_to_make(person)[:PAGE_SIZE] if person else [],
            "flags": [
                {
                    "flag": row,
                    "rule": audit_rules().get(row.rule),
                    "subject": about.get(row.pk),
                    "may_acknowledge": True,
                    "notice": notices[row.pk],
                }
                for row in listed
            ],
            "page": page,
            "threads": build_threads(threads.order_by("-made_at", "-pk")[:PAGE_SIZE]),
            "webhooks": Endpoint.objects.filter(pk__in=inbox.subject_ids(WEBHOOK)),
            "invitations": accepted_invitations(inbox.own),
            "member_id": actor.member_id,
            "may_moderate": actor.can(MODERATE),
            "person": person,
            **stand_in_context(inbox, person),
            "mine": mine,
            "may_dismiss": actor.can(FLAGS),
        }
        context["is_empty"] = not any(context[name] for name in INBOX_SECTIONS)
        return render(request, "inbox/inbox.html", context)


INBOX_SECTIONS = (
    "proposals", "volunteers", "reviews", "contests", "cases", "handoffs", "flags", "threads", "webhooks",
    "demotions", "invitations", "covers", "delegations",
)  # fmt: skip
