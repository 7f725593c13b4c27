"""The ownership page and the inbox."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from comments.models import Comment
from comments.queries import build_threads
from core.actors import APPOINT, FLAGS, MODERATE, Actor
from core.integers import parse_integer
from journeys.models import Journey, Stage
from notifications.queries import accepted_invitations, notices_by_subject, open_subjects
from ownership.access import person_of
from ownership.models import Appointment, Directorship, Flag
from ownership.queries import (
    UNASSIGNED,
    StageOwnership,
    count_coverage,
    count_unassigned,
    find_appointer,
    flag_subjects,
    flags,
    is_journey_counted,
    latest_full_audit,
    order_by_journey_and_stage,
)
from ownership.rules import BY_CODE, RULES
from ownership.summary import coverage_notes, coverage_summary
from pages.queries.journeys import JourneySummary, journey_summaries, search_journeys
from pages.queries.people import responsibilities_by_person
from workspaces.page_views import WorkspacePageView
from workspaces.queries import first_admin

PAGE_SIZE = 50


class OwnershipView(WorkspacePageView):
    """The ownership page: a summary, counts, coverage by journey, open decisions and flags."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_workspace_for_slug(slug)
        every = journey_summaries(list(search_journeys(workspace.id)))
        rows = [row for row in every if is_journey_counted(row.journey)]
        stages = [(row, stage) for row in rows for stage in row.stages]
        titles = stage_titles([stage.stage_id for _, stage in stages])
        whole = count_coverage(stage for _, stage in stages)
        context = {
            "rows": rows,
            "coverage": whole,
            "nobody": whole.vacant + whole.orphaned,
            "headline": coverage_summary(whole),
            "figures": coverage_notes(whole),
            "counts": [{"row": row, "coverage": count_coverage(row.stages)} for row in rows],
            "ledger": [
                {
                    "title": row.journey.title,
                    "states": row.ownership_states,
                    "url": journey_url(row),
                }
                for row in rows
            ],
            **stage_matrix(rows, titles),
            "holes": unowned_stages(stages, titles, actor),
            "last_run": latest_full_audit(workspace.id),
            "drafts": draft_context(every),
            **self.flag_context(request, workspace.id, every, actor),
        }
        return render(request, "ownership/ownership.html", context)

    def flag_context(
        self, request: HttpRequest, workspace_id: UUID, rows: list[JourneySummary], actor: Actor
    ) -> dict[str, Any]:
        """Return a page of the flags that match the filters.

        Unless a journey is selected, only journeys that count are included. Touchpoints without a
        department are shown only as a count, unless their rule is selected.
        """
        selected = parse_flag_filters(request, {str(row.journey.pk) for row in rows})
        filters: dict[str, Any] = {name: selected[name] for name in ("severity", "state")}
        counted = [row.journey.pk for row in rows if is_journey_counted(row.journey)]
        filters["stream__in"] = [selected["journey"]] if selected["journey"] else counted
        matching = flags(workspace_id, rule=selected["rule"], **filters)
        if not selected["rule"]:
            matching = matching.exclude(rule=UNASSIGNED)
        page = Paginator(order_by_journey_and_stage(matching), PAGE_SIZE).get_page(
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
        mine = directed.filter(person__member=actor.member_id).values_list("stage_id", flat=True)
        produced = journeys_held_by(actor)
        return {
            "asked": selected,
            "page": page,
            "is_filtered": any(selected.values()),
            "every": rows,
            "unassigned": 0 if selected["rule"] else count_unassigned(workspace_id, **filters),
            "flags": [
                {
                    "flag": row,
                    "rule": BY_CODE.get(row.rule),
                    "subject": about.get(row.pk),
                    "journey": row.journey_title,
                    "may_acknowledge": actor.can(FLAGS)
                    or row.subject_id in set(mine)
                    or row.stream_id in produced,
                }
                for row in listed
            ],
            "rules": RULES,
            "severities": Flag.Severity.choices,
            "states": Flag.State.choices,
            "may_dismiss": actor.can(FLAGS),
        }


def draft_context(rows: list[JourneySummary]) -> dict[str, Any]:
    """Return the number of drafts, which don't count, and of their stages without a director."""
    drafts = [row for row in rows if row.journey.status == Journey.Status.DRAFT]
    return {
        "rows": drafts,
        "open": sum(
            row.ownership_states.count("vacant") + row.ownership_states.count("orphaned")
            for row in drafts
        ),
    }


def parse_flag_filters(request: HttpRequest, journeys: set[str]) -> dict[str, str]:
    """Return the filters in the query string. Unknown values are ignored."""
    known: dict[str, Sequence[str]] = {
        "rule": list(BY_CODE),
        "severity": Flag.Severity.values,
        "state": Flag.State.values,
        "journey": list(journeys),
    }
    return {
        name: value if (value := request.GET.get(name, "")) in choices else ""
        for name, choices in known.items()
    }


def journeys_held_by(actor: Actor) -> set[UUID]:
    """Return the journeys of which the actor is the producer or sponsor."""
    held = Appointment.objects.filter(
        workspace=actor.workspace_id, ended_at=None, person__member__isnull=False
    )
    return set(held.filter(person__member=actor.member_id).values_list("journey_id", flat=True))


def stage_titles(stage_ids: list[UUID]) -> dict[UUID, str]:
    return dict(Stage.objects.filter(pk__in=stage_ids).values_list("pk", "title"))


def journey_url(row: JourneySummary) -> str:
    return reverse("journey", args=[row.journey.pk])


def stage_matrix(rows: list[JourneySummary], titles: dict[UUID, str]) -> dict[str, Any]:
    """Return a table with a row of stages for each journey. Short rows are padded."""
    widest = max((len(row.stages) for row in rows), default=0)
    return {
        "widest": range(1, widest + 1),
        "table": [
            {
                "row": row,
                "cells": [
                    {"stage": stage, "title": titles[stage.stage_id]} for stage in row.stages
                ],
                "blank": range(widest - len(row.stages)),
            }
            for row in rows
        ],
    }


def unowned_stages(
    stages: list[tuple[JourneySummary, StageOwnership]], titles: dict[UUID, str], actor: Actor
) -> dict[str, list[dict[str, Any]]]:
    """Return the stages that don't have exactly one undisputed director, by state."""
    produced = journeys_held_by(actor)
    admin = None if actor.can(APPOINT) else first_admin(actor.workspace_id)
    by_state: dict[str, list[dict[str, Any]]] = {"contested": [], "vacant": [], "orphaned": []}
    for row, stage in stages:
        if stage.state in by_state:
            by_state[stage.state].append(
                {
                    "stage": stage,
                    "title": titles[stage.stage_id],
                    "journey": row.journey,
                    "may_appoint": actor.can(APPOINT) or row.journey.pk in produced,
                    "appointer": find_appointer(row.appointments, admin),
                }
            )
    return by_state


class InboxView(WorkspacePageView):
    """A member's inbox: proposals to answer, threads that await a reply, and flags to resolve."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_workspace_for_slug(slug)
        flagged = flags(workspace.id, id__in=open_subjects(actor, Flag.slug))
        page = Paginator(flagged, PAGE_SIZE).get_page(parse_integer(request.GET.get("page", "")))
        listed = list(page.object_list)
        about = flag_subjects(listed)
        notices = notices_by_subject(actor, [row.pk for row in listed])
        threads = Comment.objects.filter(id__in=open_subjects(actor, Comment.slug))
        person = person_of(actor)
        mine = responsibilities_by_person(workspace.id, person.pk)[person.pk] if person else None
        proposals = list(
            Directorship.objects.filter(id__in=open_subjects(actor, Directorship.slug))
            .select_related("stage__journey")
            .order_by("proposed_at")
        )
        for row in proposals:
            row.accept_url = reverse("accept", args=[row.pk])  # type: ignore[attr-defined]
        context = {
            "proposals": proposals,
            "flags": [
                {
                    "flag": row,
                    "rule": BY_CODE.get(row.rule),
                    "subject": about.get(row.pk),
                    "may_acknowledge": True,
                    "notice": notices[row.pk],
                }
                for row in listed
            ],
            "page": page,
            "threads": build_threads(threads.order_by("-made_at", "-pk")[:PAGE_SIZE]),
            "invitations": accepted_invitations(actor),
            "member_id": actor.member_id,
            "may_moderate": actor.can(MODERATE),
            "person": person,
            "mine": mine,
            "may_dismiss": actor.can(FLAGS),
        }
        return render(request, "inbox/inbox.html", context)
