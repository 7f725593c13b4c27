"""What to decide this week: the most urgent open questions of the dashboard. Call it inside tenant_scope()."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, IntegerField, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.actors import APPOINT, Actor
from core.text import Text
from journeys.models import Journey, Stage
from ownership.access import members_who_may_rule
from ownership.models import Contest, Directorship
from ownership.queries import State, ownership_standings
from pages.queries.cases import cases_in
from pages.queries.dashboard import DashboardFilters, in_counted_stages
from people.models import Person
from touchpoints.models import Promise, Touchpoint

MAX_DECISIONS = 7
UNRATED = 3  # in the order of emotions, after the best of them
QUESTIONS: dict[str, Text] = {
    State.CONTESTED: _("Two or more claim it"),
    State.VACANT: _("Nobody"),
    State.ORPHANED: _("Director is gone"),
    State.CLAIMED: _("Claimed, not confirmed"),
    "proposed": _("Waits for an answer"),
    "case": _("Case without an answer"),
}


@dataclass
class Decision:
    """An open question about a stage, and the page on which the reader can do something about it."""

    question: str  # a key of QUESTIONS
    stage_id: UUID
    title: str
    journey: Journey
    emotion: int | None  # the lowest in the stage
    broken: int  # promises tested in the stage
    since: datetime | None  # None if the stage has never had a director
    people: list[Person] = field(default_factory=list)
    label: Text = _("Open")
    url: str = ""

    @property
    def rank(self) -> tuple[int, int, float]:
        return _rank(self.emotion, self.broken, self.since)

    @property
    def text(self) -> Text:
        return QUESTIONS[self.question]


def decisions_this_week(
    filters: DashboardFilters,
    open_since: Mapping[UUID, datetime | None],
    actor: Actor,
    held: Collection[UUID],
) -> list[Decision]:
    """Return at most MAX_DECISIONS open questions, with what the actor can do. The number of queries is fixed.

    `open_since` maps each stage without one director to the time since when it has none. `held` is the ids of the
    journeys of which the actor is the producer or sponsor.
    """
    cases = _overdue_cases(filters)
    found = [*_stage_decisions(open_since), *map(_case_decision, cases)]
    found.sort(key=lambda row: row.rank)
    found = found[:MAX_DECISIONS]
    reader = _reader(found, filters.workspace_id, actor, held)
    for row in found:
        reader.add_action(row)
    return found


def _weight(stage: str) -> dict[str, Any]:
    """Return annotations for the lowest emotion and the broken promises of the stage at this path."""
    felt = Touchpoint.objects.filter(step__stage=OuterRef(stage), emotion__isnull=False)
    broken = Promise.objects.filter(tested_in__stage=OuterRef(stage), status=Promise.Status.BROKEN)
    return {
        "emotion": Subquery(felt.values("step__stage").annotate(n=Min("emotion")).values("n")),
        "broken": Coalesce(
            Subquery(broken.values("tested_in__stage").annotate(n=Count("pk")).values("n")),
            0,
            output_field=IntegerField(),
        ),
    }


def _stage_decisions(open_since: Mapping[UUID, datetime | None]) -> list[Decision]:
    """Return the most urgent of these stages without one director. Four queries, none of which reads all standings."""
    weights: QuerySet[Any] = Stage.objects.filter(pk__in=list(open_since)).annotate(**_weight("pk"))
    found = weights.values_list("pk", "emotion", "broken")
    first = sorted(
        (_rank(emotion, broken, open_since[pk]), pk, emotion, broken)
        for pk, emotion, broken in found
    )[:MAX_DECISIONS]
    standings = ownership_standings([pk for _, pk, *_ in first], by="stage_id")
    by_stage = {row.stage_id: row for row in standings}
    journeys = Journey.objects.in_bulk({row.journey_id for row in standings})
    persons = Person.objects.in_bulk({pk for row in standings for pk in row.claimants or ()})
    return [
        Decision(
            by_stage[pk].state,
            pk,
            by_stage[pk].title,
            journeys[by_stage[pk].journey_id],
            emotion,
            broken,
            open_since[pk],
            [persons[person_id] for person_id in by_stage[pk].claimants or ()],
        )
        for _, pk, emotion, broken in first
    ]


def _rank(emotion: int | None, broken: int, since: datetime | None) -> tuple[int, int, float]:
    """Return the order of decisions: by feeling, then by broken promises, then by age."""
    feeling = UNRATED if emotion is None else emotion
    return feeling, -broken, since.timestamp() if since else 0


def _overdue_cases(filters: DashboardFilters) -> list[Any]:
    cases = in_counted_stages(filters, cases_in(filters.workspace_id, state="overdue"), "stage")
    return list(
        cases.annotate(**_weight("stage")).order_by(
            F("emotion").asc(nulls_last=True), F("broken").desc(), "opened_at", "pk"
        )[:MAX_DECISIONS]
    )


def _case_decision(row: Any) -> Decision:
    return Decision(
        "case",
        row.stage_id,
        row.stage.title,
        row.stage.journey,
        row.emotion,
        row.broken,
        row.opened_at,
        url=reverse("case", args=[row.pk]),
    )


@dataclass(frozen=True)
class _Reader:
    """What the reader of the dashboard can do about the stages with these questions."""

    actor: Actor
    held: Collection[UUID]  # journeys that the reader produces or sponsors
    directed: Collection[UUID]  # stages that the reader directs
    ruled: Collection[UUID]  # stages about which the reader may rule
    proposals: Mapping[UUID, Directorship]  # unanswered ones, by stage

    def add_action(self, row: Decision) -> None:
        """Set the button of a question. It leads to the stage's page if the reader can do nothing else."""
        proposal = self.proposals.get(row.stage_id)
        if row.question == "case":
            if row.stage_id in self.directed or row.journey.pk in self.held:
                row.label = _("Answer")
        elif row.question == State.CONTESTED:
            row.url = reverse("stage_contest", args=[row.stage_id])
            if row.stage_id in self.ruled:
                row.label = _("Decide")
        elif proposal and row.question != State.ORPHANED:
            self._add_answer(row, proposal)
        elif self.actor.can(APPOINT) or row.journey.pk in self.held:
            row.label = _("Hand over") if row.question == State.ORPHANED else _("Name someone")
            row.url = reverse("propose", args=[row.stage_id])
        row.url = row.url or reverse("stage_owner", args=[row.stage_id])

    def _add_answer(self, row: Decision, proposal: Directorship) -> None:
        row.question, row.people, row.since = "proposed", [proposal.person], proposal.proposed_at
        if self.actor.member_id and proposal.person.member_id == self.actor.member_id:
            row.label, row.url = _("Answer"), reverse("accept", args=[proposal.pk])


def _reader(
    rows: Iterable[Decision], workspace_id: UUID, actor: Actor, held: Collection[UUID]
) -> _Reader:
    """Return what the reader can do about these questions. The number of queries is fixed."""
    stage_ids = [row.stage_id for row in rows]
    current = Directorship.objects.filter(stage__in=stage_ids, ended_at=None)
    proposed = current.filter(accepted_at=None).select_related("person").order_by("-proposed_at")
    directed = current.filter(accepted_at__isnull=False, person__member__isnull=False)
    contests = list(Contest.objects.filter(stage__in=stage_ids, settled_at=None))
    rulers = members_who_may_rule(workspace_id, contests)
    return _Reader(
        actor,
        held,
        set(directed.filter(person__member=actor.member_id).values_list("stage_id", flat=True)),
        {row.stage_id for row in contests if actor.member_id in rulers[row.pk]},
        {row.stage_id: row for row in proposed},
    )
