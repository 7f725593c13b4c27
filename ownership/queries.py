"""Queries about ownership: the owners of stages, coverage, flags and proposals.

Call these functions inside `tenant_scope()`. The number of queries doesn't depend on the number of records.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Func,
    IntegerField,
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
from django.urls import reverse
from django.utils.translation import gettext

from changes.models import Record, record_types
from core.audit_rules import WORKSPACE
from journeys.models import Journey, Lane, Stage
from ownership.models import (
    Appointment,
    AuditRun,
    Claim,
    Deputy,
    Directorship,
    Flag,
    StageStanding,
)
from people.models import Absence, Person
from touchpoints.models import Touchpoint
from workspaces.models import Member, Workspace

State = StageStanding.State
SEVERITY_RANK = Case(
    When(severity="critical", then=Value(0)), When(severity="warn", then=Value(1)), default=Value(2)
)
UNASSIGNED = "OWN-18"
# Rules that need someone's decision come first.
RULES_BY_PRIORITY = (
    "OWN-04",
    "OWN-03",
    "OWN-05",
    "OWN-14",
    "OWN-01",
    "OWN-12",
    "OWN-02",
    "OWN-10",
    "OWN-19",
    "OWN-08",
    "OWN-07",
    "OWN-09",
    "OWN-13",
    "OWN-06",
    "OWN-11",
    "OWN-17",
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
    state: str = State.VACANT.value
    absence: str = ""  # why the director is absent (StageStanding.Absence), or ""
    current: Directorship | None = None
    proposals: list[Directorship] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    disclaimers: list[Claim] = field(default_factory=list)
    deputies: list[Deputy] = field(default_factory=list)

    @property
    def director(self) -> Person | None:
        return self.current.person if self.current else None

    @property
    def claimants(self) -> list[Person]:
        """The people who claim the stage. The director comes first."""
        people = [self.current.person] if self.current else []
        people += [claim.person for claim in self.claims]
        return list({person.pk: person for person in people}.values())


class Standing(NamedTuple):
    """A row of the view `ownership_standing` with the stage's title and the director's name."""

    journey_id: UUID
    stage_id: UUID
    title: str
    state: str
    absence: str | None
    director_id: UUID | None
    director_name: str | None
    claimants: list[UUID] | None  # the director first; None if the stage is owned
    position: str


STANDINGS_SQL = """
    SELECT standing.* FROM unnest(%s::uuid[]) AS wanted (id)
    CROSS JOIN LATERAL (
        SELECT standing.journey_id, standing.stage_id, stage.title, standing.state,
            standing.absence, standing.director_id, director.name,
            CASE WHEN standing.state <> 'owned' THEN standing.claimants END, stage.position
        FROM ownership_standing AS standing
        JOIN journeys_stage AS stage ON stage.id = standing.stage_id
        LEFT JOIN people_person AS director ON director.id = standing.director_id
        WHERE standing.{column} = wanted.id
        OFFSET 0
    ) AS standing
    ORDER BY standing.position, standing.stage_id
"""


def ownership_standings(
    ids: Iterable[UUID], *, by: Literal["journey_id", "stage_id"]
) -> list[Standing]:
    """Return the standing of the stages of some journeys, or of some stages, in the order of the stages.

    Use this function for what a page shows, up to a few hundred ids. If a query filtered the view by several ids,
    PostgreSQL would first group all claims of the workspace and determine the absence of all persons. The LATERAL
    join reads the view once for each id instead, by index. OFFSET 0 keeps PostgreSQL from merging these reads.
    """
    with connection.cursor() as cursor:
        cursor.execute(STANDINGS_SQL.format(column=by), [list(map(str, ids))])
        return [Standing._make(row) for row in cursor.fetchall()]


def stage_ownership(
    journey_ids: Iterable[UUID], stage_ids: Collection[UUID] | None = None
) -> dict[UUID, StageOwnership]:
    """Return the ownership of every stage of these journeys, by stage id. Runs four queries.

    With `stage_ids`, only these stages are returned.
    """
    journeys = list(journey_ids)
    directorships = Directorship.objects.filter(stream__in=journeys, ended_at=None)
    claims = Claim.objects.filter(stream__in=journeys, ended_at=None)
    deputies = Deputy.objects.filter(stream__in=journeys).filter(
        Q(until=None) | Q(until__gte=Func("workspace", function="cxmap_today"))
    )
    if stage_ids is None:
        found = ownership_standings(journeys, by="journey_id")
    else:
        found = ownership_standings(stage_ids, by="stage_id")
        directorships = directorships.filter(stage__in=stage_ids)
        claims = claims.filter(stage__in=stage_ids)
        deputies = deputies.filter(directorship__stage__in=stage_ids)
    return build_stage_ownership(
        [StageOwnership(row.stage_id, row.state, row.absence or "") for row in found],
        directorships.select_related("person__member", "department", "agreed_by").order_by(
            "proposed_at"
        ),
        claims.select_related("person", "department").order_by("made_at"),
        deputies.select_related("person", "directorship"),
    )


def build_stage_ownership(
    stages: Iterable[StageOwnership],
    directorships: Iterable[Directorship],
    claims: Iterable[Claim],
    deputies: Iterable[Deputy],
) -> dict[UUID, StageOwnership]:
    """Add rows that have not ended to the ownership of stages. Return the ownership by stage id. No queries.

    The oldest rows must come first. Deputies of a directorship that isn't current are skipped.
    """
    by_stage = {stage.stage_id: stage for stage in stages}
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


def stage_states(journey_id: UUID) -> dict[str, str]:
    """Return the state of each stage of a journey, by stage id, for a snapshot."""
    states = StageStanding.objects.filter(journey=journey_id).values_list("stage", "state")
    return {str(stage_id): state for stage_id, state in states}


def recorded_states(records: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the states of stages by stage id, computed from the records of a snapshot.

    Stages without a director or claim are left out. Directors count as present, because a journey's stream
    doesn't contain absences.
    """
    directed: set[str] = set()
    claimants: dict[str, set[str]] = defaultdict(set)
    for record in filter(_is_claim_in_effect, records):
        stage, person = record["fields"]["stage"], record["fields"]["person"]
        claimants[stage].add(person)
        if record["type"] == Directorship.slug:
            directed.add(stage)
    alone = {stage: State.OWNED if stage in directed else State.CLAIMED for stage in claimants}
    contested = {stage: State.CONTESTED for stage in claimants if len(claimants[stage]) > 1}
    return {stage: state.value for stage, state in (alone | contested).items()}


def _is_claim_in_effect(record: Mapping[str, Any]) -> bool:
    """Return whether a record of a snapshot is a claim in effect or a current directorship."""
    fields = record["fields"]
    if record["type"] == Directorship.slug:
        return fields["accepted_at"] is not None and fields["ended_at"] is None
    is_claim = record["type"] == Claim.slug and fields["kind"] == Claim.Kind.CLAIM
    return is_claim and fields["ended_at"] is None


def current_appointments(journey_ids: Iterable[UUID]) -> dict[UUID, dict[str, Appointment]]:
    """Return the current producer and sponsor of each journey, by office. Runs one query."""
    by_journey: dict[UUID, dict[str, Appointment]] = defaultdict(dict)
    rows = Appointment.objects.filter(stream__in=list(journey_ids), ended_at=None)
    for row in rows.select_related("person__member"):
        by_journey[row.journey_id][row.office] = row
    return by_journey


@dataclass(frozen=True)
class Appointer:
    """The member to ask for an appointment, for people who can't appoint."""

    member_id: UUID
    name: str


def find_appointer(held: Mapping[str, Appointment], admin: Member | None) -> Appointer | None:
    """Return the member to ask for a director: the producer, else the sponsor, else the admin.

    `held` has the journey's current appointments by office. People who aren't current members are skipped.
    Return None if nobody is left.
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

    owned: int = 0
    claimed: int = 0
    vacant: int = 0
    contested: int = 0
    orphaned: int = 0

    def __add__(self, other: "Coverage") -> "Coverage":
        return Coverage(
            self.owned + other.owned,
            self.claimed + other.claimed,
            self.vacant + other.vacant,
            self.contested + other.contested,
            self.orphaned + other.orphaned,
        )

    @property
    def stages(self) -> int:
        return self.owned + self.claimed + self.vacant + self.contested + self.orphaned

    @property
    def unowned(self) -> int:
        return self.vacant + self.orphaned

    @property
    def percent(self) -> int:
        return round(100 * self.owned / self.stages) if self.stages else 100


@dataclass(frozen=True)
class JourneyCoverage:
    """The coverage of a journey with stages. If `is_counted`, the workspace's totals include the journey."""

    journey_id: UUID
    title: str
    is_counted: bool
    coverage: Coverage


# The journeys that coverage includes: as `is_counted` of the view, but also for journeys without stages.
COUNTED = Q(status=Journey.Status.LIVE, state=Journey.State.CURRENT, is_template=False)


# `standing` is materialized, so that the view is read once for both figures and first stages.
OVERVIEW_SQL = """
    WITH standing AS MATERIALIZED (
        SELECT standing.journey_id, standing.stage_id, standing.state, standing.since,
            standing.is_counted, journey.title
        FROM ownership_standing AS standing
        JOIN journeys_journey AS journey ON journey.id = standing.journey_id
        WHERE standing.workspace_id = %(workspace)s AND journey.status IN ('live', 'draft')
            AND journey.state = 'current' AND NOT journey.is_template
    ), ranked AS (
        SELECT standing.stage_id, row_number() OVER (
            PARTITION BY standing.state ORDER BY standing.since NULLS FIRST, standing.title,
                standing.journey_id, stage.position, standing.stage_id) AS place
        FROM standing JOIN journeys_stage AS stage ON stage.id = standing.stage_id
        WHERE standing.is_counted AND standing.state <> 'owned'
    )
    SELECT standing.journey_id, min(standing.title) AS title, bool_or(standing.is_counted),
        count(*) FILTER (WHERE standing.state = 'owned'),
        count(*) FILTER (WHERE standing.state = 'claimed'),
        count(*) FILTER (WHERE standing.state = 'vacant'),
        count(*) FILTER (WHERE standing.state = 'contested'),
        count(*) FILTER (WHERE standing.state = 'orphaned'),
        jsonb_object_agg(ranked.stage_id, ranked.place) FILTER (WHERE ranked.place IS NOT NULL)
    FROM standing
    LEFT JOIN ranked ON ranked.stage_id = standing.stage_id AND ranked.place <= %(limit)s
    GROUP BY standing.journey_id
    ORDER BY title, standing.journey_id
"""


def ownership_overview(
    workspace_id: UUID, limit: int
) -> tuple[list[JourneyCoverage], dict[UUID, int]]:
    """Return the coverage of each journey, and the first stages that need a decision. Runs one query.

    The coverage is that of counted journeys and of drafts, ordered by title. For each state except owned, the
    `limit` stages of counted journeys that have been in the state longest are returned. They are
    returned as a dictionary from the stage's id to its rank in its state, counted from 1.
    """
    with connection.cursor() as cursor:
        cursor.execute(OVERVIEW_SQL, {"workspace": workspace_id, "limit": limit})
        rows = cursor.fetchall()
    coverage = [
        JourneyCoverage(journey_id, title, is_counted, Coverage(*numbers))
        for journey_id, title, is_counted, *numbers, _ in rows
    ]
    places = {
        UUID(stage_id): place
        for *_, first in rows
        if first
        for stage_id, place in json.loads(first).items()
    }
    return coverage, places


@dataclass(frozen=True)
class FolderCoverage:
    """The coverage of the journeys with stages in a folder, without the folders inside it.

    The folder is "" for journeys without a folder. Counted journeys are part of the totals; drafts have a
    separate row.
    """

    folder: str
    is_counted: bool
    journeys: int
    coverage: Coverage


def coverage_by_folder(workspace_id: UUID) -> list[FolderCoverage]:
    """Return the coverage by folder, with separate rows for counted journeys and drafts. Runs one query."""
    rows: Iterable[Any] = (
        _reported_stages(workspace_id)
        .values_list("journey__folder", "is_counted")
        .annotate(journeys=Count("journey", distinct=True), **IN_EACH_STATE)
        .order_by("journey__folder", "is_counted")
    )
    return [
        FolderCoverage(folder, is_counted, journeys, Coverage(*numbers))
        for folder, is_counted, journeys, *numbers in rows
    ]


IN_EACH_STATE = {state.value: Count("pk", filter=Q(state=state)) for state in State}


def _reported_stages(workspace_id: UUID) -> QuerySet[StageStanding]:
    """Return the stages of counted journeys and of drafts, as OVERVIEW_SQL does.

    Templates, retired journeys and future states are left out.
    """
    return StageStanding.objects.filter(
        workspace=workspace_id,
        journey__status__in=(Journey.Status.LIVE, Journey.Status.DRAFT),
        journey__state=Journey.State.CURRENT,
        journey__is_template=False,
    )


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


class FlagsByJourney:
    """A sequence of flags for a Paginator, grouped by journey and stage, with the most important rules first.

    Journeys are ordered by an aggregate query. Flags are read and ordered only for the journeys of the
    requested page.
    """

    def __init__(self, found: QuerySet[Flag]) -> None:
        self._flags = found
        grouped = found.order_by().values("stream").annotate(first=Min(RULE_RANK), n=Count("pk"))
        by_journey = {row["stream"]: row for row in grouped}
        journeys = Journey.objects.filter(pk__in=by_journey).order_by("title", "pk")
        titles = dict(journeys.values_list("pk", "title"))
        for directory_id in by_journey.keys() - titles.keys():
            titles[directory_id] = gettext("People and departments")
        self._journeys = [
            (journey_id, titles[journey_id], by_journey[journey_id]["n"])
            for journey_id in sorted(titles, key=lambda pk: by_journey[pk]["first"])
        ]

    def count(self) -> int:
        return sum(number for _, _, number in self._journeys)

    def __getitem__(self, page: slice) -> list[Flag]:
        """Return the flags of a page, each with its `journey_title`. Runs one query."""
        skipped, reached = 0, 0
        titles: dict[UUID, str] = {}
        for journey_id, title, number in self._journeys:
            if reached + number <= page.start:
                skipped += number
            elif reached < page.stop:
                titles[journey_id] = title
            reached += number
        rows = _in_order_of_stages(self._flags.filter(stream__in=list(titles)), list(titles))
        found = list(rows[page.start - skipped : page.stop - skipped])
        for row in found:
            row.journey_title = titles[row.stream_id]  # type: ignore[attr-defined]
        return found


def _in_order_of_stages(found: QuerySet[Flag], journey_ids: list[UUID]) -> QuerySet[Flag]:
    """Order flags by journey as given, then by stage. The stage with the most important rule comes first.

    Flags of a whole journey come after those of equal importance about stages.
    """
    touchpoint = Touchpoint.objects.filter(pk=OuterRef("subject_id"))
    stage = Stage.objects.filter(pk=OuterRef("subject_id"))
    placed = found.annotate(
        journey_order=Case(
            *(When(stream=pk, then=Value(n)) for n, pk in enumerate(journey_ids)),
            output_field=IntegerField(),
        ),
        in_stage=Coalesce(
            Subquery(touchpoint.values("step__stage")), "subject_id", output_field=UUIDField()
        ),
        stage_position=Coalesce(
            Subquery(stage.values("position")), Subquery(touchpoint.values("step__stage__position"))
        ),
        priority=RULE_RANK,
    )
    return placed.annotate(
        first=Window(Min("priority"), partition_by=["stream", "in_stage"])
    ).order_by(
        "journey_order",
        "first",
        F("stage_position").asc(nulls_last=True),
        "in_stage",
        "priority",
        "pk",
    )


def count_unassigned(workspace_id: UUID, **filters: object) -> int:
    """Return the number of flags about touchpoints without a department that match the filters of flags()."""
    return flags(workspace_id, rule=UNASSIGNED, **filters).order_by().count()


@dataclass(frozen=True)
class FlagSubject:
    """The subject of a flag: the title and page of a record or the workspace, and its journey, if any."""

    title: str
    url: str
    journey: Journey | None


def flag_subjects(rows: Iterable[Flag]) -> dict[UUID, FlagSubject]:
    """Return the subject of each flag, by flag id. Flags whose subject was removed are left out.

    Runs a query for the journeys, and one for each type of subject.
    """
    rows = list(rows)
    by_type: dict[str, list[UUID]] = defaultdict(list)
    for row in rows:
        by_type[row.subject_type].append(row.subject_id)
    journeys = Journey.objects.in_bulk({row.stream_id for row in rows})
    records: dict[UUID, Record] = {}
    for slug in by_type.keys() & record_types().keys():
        subjects = record_types()[slug].objects.select_related("workspace")
        records |= subjects.in_bulk(by_type[slug])
    workspaces = Workspace.objects.in_bulk(by_type[WORKSPACE]) if WORKSPACE in by_type else {}
    return {
        row.pk: FlagSubject(record.label, record.get_absolute_url(), journeys.get(row.stream_id))
        for row in rows
        if (record := records.get(row.subject_id))
    } | {
        row.pk: FlagSubject(workspace.name, reverse("members", args=[workspace.slug]), None)
        for row in rows
        if row.subject_type == WORKSPACE and (workspace := workspaces.get(row.subject_id))
    }


def waiting_flags(workspace_id: UUID) -> QuerySet[Flag]:
    """Return the open flags of a workspace that still need attention.

    A flag about a vacant stage (OWN-01) is left out if the stage has a director by now, and one about an
    unanswered proposal (OWN-02) if the stage has no open proposal, even if the audit hasn't resolved it yet.
    """
    directorships = Directorship.objects.filter(stage=OuterRef("subject_id"), ended_at=None)
    return flags(workspace_id, state=Flag.State.OPEN).exclude(
        Q(rule="OWN-01") & Exists(directorships.filter(accepted_at__isnull=False))
        | Q(rule="OWN-02") & ~Exists(directorships.filter(accepted_at=None, confirmed_at=None))
    )


def waiting_proposals(workspace_id: UUID) -> QuerySet[Directorship]:
    """Return the proposed directorships without an answer, oldest first."""
    rows = Directorship.objects.filter(
        workspace=workspace_id, accepted_at=None, confirmed_at=None, ended_at=None
    )
    return rows.order_by("proposed_at")


def journeys_of_directory_changes(changes: Iterable[dict[str, Any]]) -> set[UUID]:
    """Return the journeys affected by changes of persons, departments, placements or absences.

    These are the journeys whose ownership records or lanes refer to the changed records, and all
    journeys with a reported owner.
    """
    changes = list(changes)
    persons = {UUID(change["id"]) for change in changes if change["type"] == "person"}
    departments = {UUID(change["id"]) for change in changes if change["type"] == "department"}
    absences = {UUID(change["id"]) for change in changes if change["type"] == "absence"}
    if absences:
        persons |= set(Absence.objects.filter(pk__in=absences).values_list("person_id", flat=True))
    for change in changes:
        if change["type"] in ("placement", "absence"):
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
