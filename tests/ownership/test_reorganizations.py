"""Merges and splits of departments: current records move, and ended ones keep their department."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from changes.models import record_types
from comments.services import comment_create
from core.errors import Conflict, Forbidden, InvalidRequest
from core.invariants import invariants, violations
from core.tenancy import tenant_scope
from journeys.models import Lane
from ownership import services
from ownership.models import Case, Claim, Contributor, Directorship, Party, Reorganization
from ownership.reorganization_planner import plan_reorganization
from ownership.reorganization_plans import Merge, Plan, Split, new_department
from people.models import Department, Placement
from tests.support.cases import open_case
from tests.support.contests import claim, stage_of, the_contest
from tests.support.factories import SampleWorld, op
from touchpoints.models import Touchpoint
from workspaces.queries import today_in

REASON = "One team answers for shops and lines."


def merge_of(world: SampleWorld, source: str = "Network", into: str = "Retail") -> Merge:
    return Merge(world.acme.department(source), world.acme.department(into))


def review(world: SampleWorld, request: Merge) -> Plan:
    return services.reorganization_plan(request, actor=world.dana.actor)


def merge(world: SampleWorld, request: Merge, digest: str = "", by: str = "dana") -> Reorganization:
    return services.departments_merge(
        request=request,
        reason=REASON,
        digest=digest or review(world, request).digest,
        actor=getattr(world, by).actor,
    )


def test_everything_current_follows_and_the_past_stays(world: SampleWorld) -> None:
    acme = world.acme
    network, retail = acme.departments["Network"], acme.departments["Retail"]
    withdrawn = claim(world, "frank")
    services.claim_withdraw(claim=withdrawn, actor=world.frank.actor)
    claim(world, "alice")
    claim(world, "frank")
    contest = the_contest(world)
    for name, part in (("Network", "responsible"), ("Retail", "informed")):
        services.contributor_create(
            stage=stage_of(world),
            department=acme.department(name),
            part=part,
            actor=world.dana.actor,
        )
    case = open_case(world)
    proposal = services.directorship_propose(
        stage=stage_of(world),
        person=world.frank.person,
        department=acme.department("Network"),
        actor=world.dana.actor,
    )
    comment_create(
        journey_id=acme.journey,
        subject_type="lane",
        subject_id=acme.lanes["Network"],
        body="Whose line is this?",
        actor=world.alice.actor,
    )
    request = merge_of(world)
    plan = review(world, request)

    record = merge(world, request, plan.digest)

    assert record.figures == plan.figures
    assert set(record.figures) == {
        "placement", "lane", "touchpoint", "directorship", "claim", "party", "contributor", "case",
    }  # fmt: skip
    with tenant_scope([acme.id]):
        assert plan_reorganization(request, timezone.now()).items == []
    assert acme.read(Department, network).is_archived
    today = today_in(acme.id)
    past, now = acme.all(Placement, person=world.frank.person_id)
    assert (past.department_id, past.until) == (network, today - timedelta(days=1))
    assert (now.department_id, now.since, now.until) == (retail, today, None)
    assert acme.read(Lane, acme.lanes["Network"]) is None
    cells = acme.all(Touchpoint, lane=acme.lanes["Retail"])
    assert len({(row.step_id, row.position) for row in cells}) == len(cells)
    assert acme.all(Touchpoint, lane=acme.lanes["Network"]) == []
    assert acme.read(Claim, withdrawn.pk).department_id == network
    (live,) = acme.all(Claim, person=world.frank.person_id, ended_at=None)
    assert live.department_id == retail
    assert {row.department_id for row in acme.all(Party)} == {retail}
    assert the_contest(world).version > contest.version
    (part,) = acme.all(Contributor)
    assert (part.department_id, part.part) == (retail, "responsible")
    assert acme.read(Case, case.pk).department_id == retail
    assert acme.read(Directorship, proposal.pk).department_id == retail
    with tenant_scope([acme.id], snapshot=True):
        assert violations(invariants()) == []


def test_a_party_who_comes_back_does_so_for_their_present_department(world: SampleWorld) -> None:
    claims = {name: claim(world, name) for name in ("alice", "erin", "frank")}
    services.claim_withdraw(claim=claims["frank"], actor=world.frank.actor)
    merge(world, merge_of(world))

    services.claim_create(
        stage=stage_of(world),
        person=world.frank.person,
        department=world.acme.department("Retail"),
        kind="claim",
        actor=world.frank.actor,
    )

    (party,) = world.acme.all(Party, person=world.frank.person_id)
    assert (party.left_at, party.department_id) == (None, world.acme.departments["Retail"])


def test_a_change_since_the_review_is_shown_first(world: SampleWorld) -> None:
    request = merge_of(world)
    digest = review(world, request).digest
    claim(world, "frank")
    with pytest.raises(Conflict) as refusal:
        merge(world, request, digest)
    assert refusal.value.code == "reorganization-outdated"
    assert not world.acme.department("Network").is_archived
    assert merge(world, request).figures["claim"] == 1


def test_records_that_both_departments_have_are_joined(world: SampleWorld) -> None:
    """Frank works for both departments, and claims the stage for one and disclaims it for the other."""
    acme = world.acme
    frank, retail = world.frank.person_id, acme.departments["Retail"]
    fields = {"person": str(frank), "department": str(retail), "since": "2026-03-01"}
    acme.direct(op("add", "placement", fields=fields | {"until": "2199-01-01"}))
    claim(world, "frank")
    services.claim_create(
        stage=stage_of(world),
        person=world.frank.person,
        department=acme.department("Retail"),
        kind="disclaimer",
        actor=world.frank.actor,
    )
    plan = review(world, merge_of(world))
    effects = {(item.kind, item.effect) for item in plan.items}
    assert {("placement", "joins"), ("claim", "joins"), ("lane", "joins")} <= effects

    merge(world, merge_of(world))

    (live,) = acme.all(Claim, ended_at=None)
    assert (live.kind, live.department_id) == ("claim", retail)
    (ended,) = acme.all(Claim, ended_at__isnull=False)
    assert (ended.kind, ended.end_reason) == ("disclaimer", "merged")
    (current,) = acme.all(Placement, person=frank, department=retail)
    assert (current.since, current.until) == (date(2026, 3, 1), None)


def test_lanes_move_where_the_other_department_has_none(world: SampleWorld) -> None:
    request = replace(merge_of(world, into="Care"), new_name="Service")
    merge(world, request)
    lane = world.acme.read(Lane, world.acme.lanes["Network"])
    assert lane.department_id == world.acme.departments["Care"]
    assert world.acme.department("Care").name == "Service"


def test_only_admins_merge_and_only_active_departments(world: SampleWorld) -> None:
    request = merge_of(world)
    digest = review(world, request).digest
    for name in ("alice", "erin", "oscar"):
        with pytest.raises(Forbidden):
            merge(world, request, digest, by=name)
    foreign = Merge(request.department, world.twin.department("Retail"))
    for wrong in (Merge(request.department, request.department), foreign):
        with pytest.raises(InvalidRequest):
            review(world, wrong)
    merge(world, request, digest)
    with pytest.raises(InvalidRequest, match="archived"):
        review(world, merge_of(world))
    with pytest.raises(InvalidRequest, match="archived"):
        review(world, merge_of(world, "Care", "Network"))


def split_of(world: SampleWorld, name: str = "Outbound", **chosen: frozenset[UUID]) -> Split:
    retail = world.acme.department("Retail")
    return Split(retail, new_department(retail, name), **chosen)


def split(world: SampleWorld, request: Split) -> Reorganization:
    digest = services.reorganization_plan(request, actor=world.dana.actor).digest
    return services.department_split(
        request=request, reason=REASON, digest=digest, actor=world.dana.actor
    )


@pytest.mark.parametrize("claims_stay", [False, True])
def test_what_was_chosen_goes_to_the_new_department(world: SampleWorld, claims_stay: bool) -> None:
    acme = world.acme
    claim(world, "alice")
    claim(world, "bob")
    services.contributor_create(
        stage=stage_of(world),
        department=acme.department("Retail"),
        part="consulted",
        actor=world.dana.actor,
    )
    (placement,) = acme.all(Placement, person=world.alice.person_id)
    moving = frozenset({placement.pk, acme.lanes["Retail"]})
    request = split_of(world, moving=moving, others=frozenset() if claims_stay else None)

    record = split(world, request)

    expected = {"placement": 1, "lane": 1}
    expected |= {} if claims_stay else {"claim": 1, "party": 1, "contributor": 1}
    assert record.figures == expected
    new = record.into_id
    assert acme.read(Department, new).name == "Outbound"
    assert acme.read(Lane, acme.lanes["Retail"]).department_id == new
    (now,) = acme.all(Placement, person=world.alice.person_id, until=None)
    assert now.department_id == new
    for model in (Claim, Party):
        (moved,) = acme.all(model, person=world.alice.person_id)
        (stayed,) = acme.all(model, person=world.bob.person_id)
        assert (moved.department_id == new) is not claims_stay
        assert stayed.department_id == acme.departments["Retail"]
    assert not acme.department("Retail").is_archived
    with tenant_scope([acme.id], snapshot=True):
        assert violations(invariants()) == []


def test_a_split_needs_a_free_name_and_something_of_the_department(world: SampleWorld) -> None:
    lane = frozenset({world.acme.lanes["Retail"]})
    for wrong in (
        split_of(world, "network", moving=lane),
        split_of(world, moving=frozenset()),
        split_of(world, moving=frozenset({world.acme.lanes["Network"]})),
    ):
        with pytest.raises(InvalidRequest):
            services.reorganization_plan(wrong, actor=world.dana.actor)


def test_every_reference_to_departments_is_planned() -> None:
    """A new reference to departments has to follow them in reorganization_planner.py."""
    references = {
        f"{model.slug}.{field.name}"
        for model in record_types().values()
        for field in model._meta.concrete_fields
        if field.related_model is Department
    }
    assert references == {
        "placement.department",
        "lane.department",
        "directorship.department",
        "claim.department",
        "party.department",
        "contributor.department",
        "case.department",
        "reorganization.department",
        "reorganization.into",
    }
