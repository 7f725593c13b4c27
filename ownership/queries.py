"""Queries about ownership: the owners of stages, coverage, flags and proposals.

Call them inside `tenant_scope()`. The number of queries is fixed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import (
    Case,
    Exists,
    Func,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce

from journeys.models import Journey, Lane, Stage
from ownership.models import Appointment, AuditRun, Claim, Deputy, Directorship, Flag
from ownership.rules.absence import ABSENT_DIRECTORS_SQL
from people.models import Person
from touchpoints.models import Touchpoint
from workspaces.models import Member

SEVERITY_RANK = Case(
    When(severity="critical", then=Value(0)), When(severity="warn", then=Value(1)), default=Value(2)
)
UNASSIGNED = "OWN-18"
# Rules that need someone's decision come first.
RULES_BY_PRIORITY = (
    "OWN-04",
    "OWN-03",
    "OWN-05",
    "OWN-01",
    "OWN-12",
    "OWN-02",
    "OWN-13",
    UNASSIGNED,
)
RULE_RANK = Case(
    *(When(rule=code, then=Value(rank)) for rank, code in enumerate(RULES_BY_PRIORITY)),
    default=Value(len(RULES_BY_PRIORITY)),
)
UNSETTLED_STATES = (Flag.State.OPEN, Flag.State.ACKNOWLEDGED)


@dataclass
class StageOwnership:
    """The director, proposals, claims, deputies and state of a stage."""

    stage_id: UUID
    current: Directorship | None = None
    proposals: list[Directorship] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    disclaimers: list[Claim] = field(default_factory=list)
    deputies: list[Deputy] = field(default_factory=list)
    absence: str = ""  # why the director is absent: left, no-login or no-department

    @property
    def director(self) -> Person | None:
        return self.current.person if self.current else None

    @property
    def claimants(self) -> list[Person]:
        """The people who claim the stage. The director comes first."""
        people = [self.current.person] if self.current else []
        people += [claim.person for claim in self.claims]
        return list({person.pk: person for person in people}.values())

    @property
    def state(self) -> str:
        """The first of these that applies: contested, vacant, orphaned, owned."""
        if len(self.claimants) > 1:
            return "contested"
        if self.current is None:
            return "vacant"
        return "orphaned" if self.absence else "owned"


def stage_ownership(journey_ids: Iterable[UUID]) -> dict[UUID, StageOwnership]:
    """Return the ownership of all stages of these journeys, by stage id. Six queries."""
    journeys = list(journey_ids)
    directorships = Directorship.objects.filter(stream__in=journeys, ended_at=None)
    claims = Claim.objects.filter(stream__in=journeys, withdrawn_at=None)
    deputies = Deputy.objects.filter(stream__in=journeys).filter(
        Q(until=None) | Q(until__gte=Func("workspace", function="cxmap_today"))
    )
    ownership = build_stage_ownership(
        Stage.objects.filter(stream__in=journeys).values_list("id", flat=True),
        directorships.select_related("person__member").order_by("proposed_at"),
        claims.select_related("person", "department").order_by("made_at"),
        deputies.select_related("person", "directorship"),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT stage_id, why FROM ({ABSENT_DIRECTORS_SQL}) AS absent WHERE stream_id = ANY(%s::uuid[])",
            [[str(journey) for journey in journeys]],
        )
        for stage_id, reason in cursor.fetchall():
            ownership[stage_id].absence = reason
    return ownership


def build_stage_ownership(
    stage_ids: Iterable[UUID],
    directorships: Iterable[Directorship],
    claims: Iterable[Claim],
    deputies: Iterable[Deputy],
) -> dict[UUID, StageOwnership]:
    """Return the ownership of stages, by stage id, from rows that have not ended. No queries.

    The oldest rows must come first.
    """
    by_stage = {stage_id: StageOwnership(stage_id) for stage_id in stage_ids}
    for row in directorships:
        stage = by_stage[row.stage_id]
        if row.accepted_at:
            stage.current = row
        else:
            stage.proposals.append(row)
    for claim in claims:
        stage = by_stage[claim.stage_id]
        (stage.claims if claim.kind == Claim.Kind.CLAIM else stage.disclaimers).append(claim)
    for deputy in deputies:
        stage = by_stage[deputy.directorship.stage_id]
        if stage.current and stage.current.pk == deputy.directorship_id:
            stage.deputies.append(deputy)
    return by_stage


def current_appointments(journey_ids: Iterable[UUID]) -> dict[UUID, dict[str, Appointment]]:
    """Return the current producer and sponsor of each journey, by office. One query."""
    by_journey: dict[UUID, dict[str, Appointment]] = defaultdict(dict)
    rows = Appointment.objects.filter(stream__in=list(journey_ids), ended_at=None)
    for row in rows.select_related("person__member"):
        by_journey[row.journey_id][row.office] = row
    return by_journey


@dataclass(frozen=True)
class Appointer:
    """The member whom people who can't appoint should ask for an appointment."""

    member_id: UUID
    name: str


def find_appointer(held: Mapping[str, Appointment], admin: Member | None) -> Appointer | None:
    """Return the member to ask for a director: the producer, else the sponsor, else the admin.

    `held` has the journey's current appointments by office. People without a login are skipped.
    findAppointer() in frontend/src/model/ownership.ts does the same.
    """
    for office in (Appointment.Office.PRODUCER, Appointment.Office.SPONSOR):
        person = held[office].person if office in held else None
        if person is not None and person.member is not None and person.member.left_at is None:
            return Appointer(person.member.pk, person.name)
    return Appointer(admin.pk, str(admin)) if admin else None


@dataclass(frozen=True)
class Coverage:
    """The number of stages in each state. `percent` is the share of owned stages."""

    owned: int
    vacant: int
    contested: int
    orphaned: int

    @property
    def stages(self) -> int:
        return self.owned + self.vacant + self.contested + self.orphaned

    @property
    def percent(self) -> int:
        return round(100 * self.owned / self.stages) if self.stages else 100


def count_coverage(ownership: Iterable[StageOwnership]) -> Coverage:
    """Count stages by state."""
    counts = Counter(stage.state for stage in ownership)
    return Coverage(counts["owned"], counts["vacant"], counts["contested"], counts["orphaned"])


def is_journey_counted(journey: Journey) -> bool:
    """Return whether a journey counts toward coverage: only live, current-state journeys do.

    Drafts, templates, retired journeys and future states don't count.
    """
    is_live = journey.status == Journey.Status.LIVE
    return is_live and journey.state == Journey.State.CURRENT and not journey.is_template


def flags(workspace_id: UUID, **filters: object) -> QuerySet[Flag]:
    """Return flags that match the filters, ordered by severity and then by age, newest first.

    Empty filters are ignored. Without a `state`, only open and acknowledged flags are returned.
    """
    lookups = {name: value for name, value in filters.items() if value not in ("", None)}
    if "state" not in lookups:
        lookups["state__in"] = UNSETTLED_STATES
    return (
        Flag.objects.filter(workspace=workspace_id, **lookups)
        .annotate(rank=SEVERITY_RANK)
        .order_by("rank", "-opened_at", "id")
    )


def order_by_journey_and_stage(rows: QuerySet[Flag]) -> QuerySet[Flag]:
    """Group flags by journey and stage, those with the most important rule first."""
    journey = Journey.objects.filter(pk=OuterRef("stream"))
    stage_of = Touchpoint.objects.filter(pk=OuterRef("subject_id")).values("step__stage")
    stage = Stage.objects.filter(pk=OuterRef("stage_key"))
    gravest = Min("rule_rank")
    return (
        rows.annotate(
            rule_rank=RULE_RANK,
            journey_title=Subquery(journey.values("title")),
            stage_key=Coalesce(Subquery(stage_of), "subject_id", output_field=UUIDField()),
        )
        .annotate(
            stage_position=Subquery(stage.values("position")),
            gravest_of_journey=Window(gravest, partition_by="stream"),
            gravest_of_stage=Window(gravest, partition_by="stage_key"),
        )
        .order_by(
            "gravest_of_journey",
            "journey_title",
            "stream",
            "gravest_of_stage",
            "stage_position",
            "stage_key",
            "rule_rank",
            "id",
        )
    )


def count_unassigned(workspace_id: UUID, **filters: object) -> int:
    """Return the number of touchpoints without a department that flags() would return."""
    return flags(workspace_id, rule=UNASSIGNED, **filters).order_by().count()


@dataclass(frozen=True)
class FlagSubject:
    """What a flag is about: its title, its journey and, if there is one, its stage."""

    title: str
    journey: Journey
    stage_id: UUID | None


def flag_subjects(rows: Iterable[Flag]) -> dict[UUID, FlagSubject]:
    """Return the subject of each flag, by flag id, unless it was removed. Three queries."""
    rows = list(rows)
    by_type: dict[str, list[UUID]] = defaultdict(list)
    for row in rows:
        by_type[row.subject_type].append(row.subject_id)
    journeys = Journey.objects.in_bulk({row.stream_id for row in rows})
    names: dict[UUID, tuple[str, UUID | None]] = {
        journey.pk: (journey.title, None) for journey in journeys.values()
    }
    for stage in Stage.objects.filter(id__in=by_type["stage"]):
        names[stage.pk] = (stage.title, stage.pk)
    touchpoints = Touchpoint.objects.filter(id__in=by_type["touchpoint"])
    for pk, title, stage_id in touchpoints.values_list("id", "title", "step__stage"):
        names[pk] = (title, stage_id)
    return {
        row.pk: FlagSubject(
            names[row.subject_id][0], journeys[row.stream_id], names[row.subject_id][1]
        )
        for row in rows
        if row.subject_id in names and row.stream_id in journeys
    }


def waiting_flags(workspace_id: UUID) -> QuerySet[Flag]:
    """Return the open flags, without those that an answer settled but no audit has resolved yet."""
    directorships = Directorship.objects.filter(stage=OuterRef("subject_id"), ended_at=None)
    return flags(workspace_id, state=Flag.State.OPEN).exclude(
        Q(rule="OWN-01") & Exists(directorships.filter(accepted_at__isnull=False))
        | Q(rule="OWN-02") & ~Exists(directorships.filter(accepted_at=None))
    )


def waiting_proposals(workspace_id: UUID) -> QuerySet[Directorship]:
    """Return the directorships that were proposed and not answered yet, the oldest first."""
    rows = Directorship.objects.filter(workspace=workspace_id, accepted_at=None, ended_at=None)
    return rows.order_by("proposed_at")


def journeys_of_directory_changes(changes: Iterable[dict[str, Any]]) -> set[UUID]:
    """Return the journeys that changed persons, departments or placements can affect.

    These are the journeys whose ownership records or lanes refer to them, and all journeys with a
    reported owner.
    """
    changes = list(changes)
    persons = {UUID(change["id"]) for change in changes if change["type"] == "person"}
    departments = {UUID(change["id"]) for change in changes if change["type"] == "department"}
    for change in changes:
        if change["type"] == "placement":
            for values in (change["before"], change["after"]):
                if values.get("person"):
                    persons.add(UUID(values["person"]))
    placements = {UUID(change["id"]) for change in changes if change["type"] == "placement"}
    if not persons | departments | placements:
        return set()
    journeys: set[UUID] = set()
    affected = Q(person__in=persons) | Q(person__placements__in=placements)
    affected |= Q(person__placements__department__in=departments)
    for model in (Directorship, Deputy, Appointment, Claim):
        journeys |= set(model.objects.filter(affected).values_list("stream_id", flat=True))
    with_owner = Touchpoint.objects.exclude(reported_owner="")
    journeys |= set(with_owner.values_list("stream_id", flat=True))
    lanes = Lane.objects.filter(department__in=departments)
    return journeys | set(lanes.values_list("stream_id", flat=True))


def latest_full_audit(workspace_id: UUID) -> AuditRun | None:
    """Return the latest audit of the whole workspace, or None."""
    return (
        AuditRun.objects.filter(workspace=workspace_id, journeys__isnull=True)
        .order_by("-started_at")
        .first()
    )
