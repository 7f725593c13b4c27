"""Contests: open exactly where two or more people claim a stage, and settled by a ruling or by talking."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from changes.services import change_set
from core.errors import Conflict, Forbidden, InvalidRequest
from core.tenancy import tenant_scope
from journeys.models import Journey, Stage, Step
from ownership import services
from ownership.access import Obstacle
from ownership.models import Appeal, Claim, Contest, Directorship, Party, Ruling, StageStanding
from ownership.services import Decision
from people.models import Placement
from tests.support.contests import (
    claim,
    direct,
    ownership_of,
    party_of,
    ripe_contest,
    rule,
    stage_of,
    the_contest,
    uphold,
)
from tests.support.factories import SampleWorld
from workspaces.access import system_actor
from workspaces.models import Workspace


@pytest.fixture
def contest(world: SampleWorld) -> Contest:
    return ripe_contest(world)


def parties(world: SampleWorld) -> dict[str, bool]:
    """Return for each party of “Buy”, by name, whether they are still in the contest."""
    with tenant_scope([world.acme.id]):
        rows = Party.objects.select_related("person").order_by("pk")
        return {row.person.name: row.left_at is None for row in rows}


def test_one_claim_is_no_contest(world: SampleWorld) -> None:
    claim(world, "alice")
    assert world.acme.all(Contest) == []


def test_the_second_claim_opens_a_contest_in_the_same_gesture(world: SampleWorld) -> None:
    claim(world, "alice")
    second = claim(world, "frank")
    row = the_contest(world)
    assert row.version == second.version
    assert row.talk_until - timezone.localdate() in (timedelta(4), timedelta(5), timedelta(6))
    assert parties(world) == {"Alice": True, "Frank": True}
    assert ownership_of(world).state == "contested"


def test_a_claim_beside_a_director_opens_a_contest(world: SampleWorld) -> None:
    direct(world, "frank")
    claim(world, "alice")
    departments = {row.person_id: row.department_id for row in world.acme.all(Party)}
    assert departments == {
        world.frank.person_id: world.acme.departments["Network"],
        world.alice.person_id: world.acme.departments["Retail"],
    }


def test_an_acceptance_beside_a_claim_opens_a_contest(world: SampleWorld) -> None:
    claim(world, "alice")
    direct(world, "frank")
    assert the_contest(world).is_open


def test_a_disclaimer_opens_none(world: SampleWorld) -> None:
    claim(world, "alice")
    services.claim_create(
        stage=stage_of(world),
        person=world.frank.person,
        department=world.acme.department("Network"),
        kind="disclaimer",
        actor=world.frank.actor,
    )
    assert world.acme.all(Contest) == []


def test_who_withdraws_leaves_and_the_last_but_one_closes_the_contest(world: SampleWorld) -> None:
    claim(world, "alice")
    mine, third = claim(world, "frank"), claim(world, "bob")
    services.claim_withdraw(claim=third, actor=world.bob.actor)
    assert parties(world) == {"Alice": True, "Frank": True, "Bob": False}
    claim(world, "bob")
    assert parties(world) == {"Alice": True, "Frank": True, "Bob": True}
    services.claim_withdraw(claim=mine, actor=world.frank.actor)
    services.claim_withdraw(claim=world.acme.all(Claim, ended_at=None)[1], actor=world.bob.actor)
    (row,) = world.acme.all(Contest)
    assert row.outcome == "withdrawn"
    assert row.settled_at


def test_a_director_who_steps_down_leaves_the_contest(world: SampleWorld) -> None:
    mine = direct(world, "frank")
    claim(world, "alice")
    services.directorship_end(directorship=mine, actor=world.frank.actor)
    assert world.acme.all(Contest)[0].outcome == "withdrawn"


def test_a_party_states_their_own_case(world: SampleWorld, contest: Contest) -> None:
    party = services.party_state(
        party=party_of(world, "frank"),
        statement="The port runs on our platform.",
        can_change_soon="yes",
        actor=world.frank.actor,
    )
    assert (party.person_id, party.can_change_soon) == (world.frank.person_id, "yes")
    with pytest.raises(Forbidden, match="Only .*Frank"):
        services.party_state(
            party=party_of(world, "frank"), statement="Mine", actor=world.alice.actor
        )


def test_the_parties_talk_before_somebody_rules(world: SampleWorld) -> None:
    claim(world, "alice")
    claim(world, "frank")
    row = the_contest(world)
    services.party_ask(party=party_of(world, "alice"), actor=world.alice.actor)
    with pytest.raises(Conflict) as early:
        rule(world, row, uphold(world, "alice"))
    assert early.value.code == "talk-first"
    let_time_to_talk_pass(world, row)
    rule(world, row, uphold(world, "alice"))


def let_time_to_talk_pass(world: SampleWorld, row: Contest) -> None:
    with change_set([row.stream_id], action="test", actor=system_actor(world.acme.id)) as recorder:
        recorder.set(row, talk_until=timezone.localdate() - timedelta(days=2))


def test_upholding_a_claimant_makes_them_director(world: SampleWorld, contest: Contest) -> None:
    ruling = rule(world, contest, uphold(world, "frank"))
    now = ownership_of(world)
    assert (now.state, now.director_id) == ("owned", world.frank.person_id)
    (lost,) = world.acme.all(Claim, ended_at__isnull=False)
    assert (lost.person_id, lost.end_reason) == (world.alice.person_id, "ruled")
    assert world.acme.all(Contest)[0].outcome == "ruled"
    assert {fact["key"] for fact in ruling.facts} == {
        "staffs",
        "made_promise",
        "meets_unhappy",
        "holds_budget",
        "can_change_soon",
    }


def test_upholding_the_director_keeps_their_directorship(world: SampleWorld) -> None:
    mine = direct(world, "frank")
    claim(world, "alice")
    row = the_contest(world)
    let_time_to_talk_pass(world, row)
    rule(world, row, uphold(world, "frank"))
    assert ownership_of(world).directorship_id == mine.pk


def test_upholding_another_ends_the_directorship(world: SampleWorld) -> None:
    mine = direct(world, "frank")
    claim(world, "alice")
    row = the_contest(world)
    services.party_ask(party=party_of(world, "alice"), actor=world.alice.actor)
    let_time_to_talk_pass(world, row)
    rule(world, row, uphold(world, "alice"))
    assert ownership_of(world).director_id == world.alice.person_id
    assert world.acme.read(Directorship, mine.pk).end_reason == "ruled"


def test_somebody_else_is_proposed_and_decides_for_themselves(
    world: SampleWorld, contest: Contest
) -> None:
    rule(world, contest, Decision("other", "Both are too busy.", world.erin.person))
    assert ownership_of(world).state == "vacant"
    (proposal,) = world.acme.all(Directorship, accepted_at=None, ended_at=None)
    assert proposal.person_id == world.erin.person_id


def test_nobody_leaves_the_stage_vacant(world: SampleWorld, contest: Contest) -> None:
    rule(world, contest, Decision("nobody", "The product ends in May."))
    assert ownership_of(world).state == "vacant"
    assert world.acme.all(Claim, ended_at=None) == []


def test_a_split_makes_two_stages_with_a_director_each(
    world: SampleWorld, contest: Contest
) -> None:
    waits = world.acme.read(Step, world.acme.steps["Waits"])
    rule(
        world,
        contest,
        Decision("split", "Two jobs.", world.alice.person, world.frank.person, waits, "Wait"),
    )
    (second,) = world.acme.all(Stage, title="Wait")
    with tenant_scope([world.acme.id]):
        assert list(Step.objects.filter(stage=second).values_list("title", flat=True)) == ["Waits"]
        order = Stage.objects.order_by("position").values_list("title", flat=True)
        assert list(order) == ["Choose", "Buy", "Wait", "Use"]
        directors = dict(StageStanding.objects.values_list("stage__title", "director"))
    assert directors["Buy"] == world.alice.person_id
    assert directors["Wait"] == world.frank.person_id


def test_the_second_of_two_rulings_is_refused(world: SampleWorld, contest: Contest) -> None:
    rule(world, contest, uphold(world, "frank"))
    with pytest.raises(Conflict) as late:
        rule(world, contest, uphold(world, "alice"))
    assert late.value.code == "already-settled"
    assert len(world.acme.all(Ruling)) == 1


def first_step(world: SampleWorld) -> Decision:
    signs = world.acme.read(Step, world.acme.steps["Signs"])
    return Decision("split", "Why", world.alice.person, world.frank.person, signs)


def other_stage(world: SampleWorld) -> Decision:
    calls = world.acme.read(Step, world.acme.steps["Calls"])
    return Decision("split", "Why", world.alice.person, world.frank.person, calls)


@pytest.mark.parametrize(
    ("pointer", "decide"),
    [
        ("/reason", lambda world: Decision("uphold", "  ", world.alice.person)),
        ("/kind", lambda world: Decision("both", "Why", world.alice.person)),
        ("/person", lambda world: Decision("uphold", "Why", world.erin.person)),
        ("/person", lambda world: Decision("uphold", "Why")),
        ("/person", lambda world: Decision("other", "Why", world.alice.person)),
        ("/person", lambda world: Decision("nobody", "Why", world.alice.person)),
        ("/second_person", lambda world: Decision("split", "Why", world.alice.person)),
        ("/first_step", first_step),
        ("/first_step", other_stage),
    ],
)
def test_a_decision_that_does_not_fit_changes_nothing(
    world: SampleWorld, contest: Contest, pointer: str, decide: Callable[[Any], Decision]
) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        rule(world, contest, decide(world))
    assert refusal.value.errors[0].pointer == pointer
    assert world.acme.all(Ruling) == []
    assert ownership_of(world).state == "contested"


@pytest.mark.parametrize(
    ("by", "obstacle"),
    [("erin", "role"), ("dana", "role"), ("alice", "role"), ("oscar", None)],
)
def test_only_an_office_rules(
    world: SampleWorld, contest: Contest, by: str, obstacle: str | None
) -> None:
    assert refused_rule(world, contest, by) == obstacle


def refused_rule(world: SampleWorld, contest: Contest, by: str) -> str | None:
    try:
        rule(world, contest, uphold(world, "alice"), by)
    except Forbidden as refusal:
        assert refusal.code == "may-not-rule"
        return next(one.value for one in Obstacle if str(one.label) == str(refusal))
    return None


def make_sponsor(world: SampleWorld) -> None:
    journey = world.acme.read(Journey, world.acme.journey)
    services.appointment_create(
        journey=journey, office="sponsor", person=world.erin.person, actor=world.dana.actor
    )


def test_the_sponsor_rules_unless_party(world: SampleWorld, contest: Contest) -> None:
    make_sponsor(world)
    claim(world, "erin")
    services.party_ask(party=party_of(world, "erin"), actor=world.erin.actor)
    assert refused_rule(world, contest, "erin") == "party"


def test_the_sponsor_rules(world: SampleWorld, contest: Contest) -> None:
    make_sponsor(world)
    assert refused_rule(world, contest, "erin") is None


def test_a_deputy_of_a_party_does_not_rule(world: SampleWorld) -> None:
    mine = direct(world, "frank")
    services.deputy_create(
        directorship=mine,
        person=world.oscar.person,
        since=timezone.localdate(),
        actor=world.frank.actor,
    )
    claim(world, "alice")
    assert refused_rule(world, the_contest(world), "oscar") == "deputy"


def test_the_head_of_a_partys_department_does_not_rule(
    world: SampleWorld, contest: Contest
) -> None:
    directory, network = world.acme.id, world.acme.departments["Network"]
    with change_set([directory], action="test", actor=system_actor(directory)) as recorder:
        recorder.add(
            Placement(
                stream_id=directory,
                person_id=world.oscar.person_id,
                department_id=network,
                since=timezone.localdate() - timedelta(days=1),
                is_head=True,
            )
        )
    assert refused_rule(world, contest, "oscar") == "head"


def test_who_lost_cannot_claim_again_for_90_days(world: SampleWorld, contest: Contest) -> None:
    ruling = rule(world, contest, uphold(world, "frank"))
    with pytest.raises(Conflict) as refusal:
        claim(world, "alice")
    assert refusal.value.code == "ruled-against"
    move_ruling(world, ruling, days=91)
    claim(world, "alice")


def move_ruling(world: SampleWorld, ruling: Ruling, days: int) -> None:
    with change_set([ruling.stream_id], action="test", actor=system_actor(world.acme.id)) as rec:
        rec.set(ruling, ruled_at=ruling.ruled_at - timedelta(days=days))


def test_an_appeal_is_decided_by_another_person_if_there_is_one(
    world: SampleWorld, contest: Contest
) -> None:
    make_sponsor(world)
    ruling = rule(world, contest, uphold(world, "frank"))
    appeal = services.appeal_make(ruling=ruling, grounds="We made it.", actor=world.alice.actor)
    with pytest.raises(Forbidden, match="You ruled on this contest"):
        services.appeal_reject(appeal=appeal, answer="No.", actor=world.oscar.actor)
    services.appeal_grant(appeal=appeal, decision=uphold(world, "alice"), actor=world.erin.actor)
    assert ownership_of(world).director_id == world.alice.person_id
    assert len(world.acme.all(Ruling)) == 2
    with pytest.raises(Conflict) as late:
        services.appeal_reject(appeal=appeal, answer="No.", actor=world.erin.actor)
    assert late.value.code == "already-decided"


def test_the_only_judge_decides_the_appeal(world: SampleWorld, contest: Contest) -> None:
    ruling = rule(world, contest, uphold(world, "frank"))
    appeal = services.appeal_make(ruling=ruling, grounds="We made it.", actor=world.alice.actor)
    services.appeal_reject(appeal=appeal, answer="It stands.", actor=world.oscar.actor)
    (row,) = world.acme.all(Appeal)
    assert (row.outcome, row.answer) == ("rejected", "It stands.")
    assert ownership_of(world).director_id == world.frank.person_id


def test_each_party_appeals_once_within_14_days(world: SampleWorld, contest: Contest) -> None:
    ruling = rule(world, contest, uphold(world, "frank"))
    with pytest.raises(Forbidden, match="Only a party"):
        services.appeal_make(ruling=ruling, grounds="No", actor=world.erin.actor)
    services.appeal_make(ruling=ruling, grounds="Why", actor=world.alice.actor)
    with pytest.raises(Conflict, match="already appealed"):
        services.appeal_make(ruling=ruling, grounds="Again", actor=world.alice.actor)
    move_ruling(world, ruling, days=15)
    with pytest.raises(Conflict) as late:
        services.appeal_make(ruling=ruling, grounds="Late", actor=world.frank.actor)
    assert late.value.code == "appeal-too-late"


def test_a_contested_stage_cannot_be_removed(world: SampleWorld, contest: Contest) -> None:
    with pytest.raises(Conflict) as refusal:
        world.acme.edit({"op": "remove", "type": "stage", "id": str(contest.stage_id)})
    assert refusal.value.code == "stage-contested"


def test_a_workspace_sets_its_own_time_to_talk(world: SampleWorld) -> None:
    Workspace.objects.filter(pk=world.acme.id).update(settings={"audit": {"talk_days": 0}})
    claim(world, "alice")
    claim(world, "frank")
    assert the_contest(world).talk_until <= timezone.localdate() + timedelta(days=1)


def test_a_party_in_office_cannot_end_the_contest_for_others(world: SampleWorld) -> None:
    mine = direct(world, "frank")
    journey = world.acme.read(Journey, world.acme.journey)
    services.appointment_create(
        journey=journey, office="producer", person=world.alice.person, actor=world.dana.actor
    )
    claim(world, "alice")
    with pytest.raises(Forbidden, match="You have a part"):
        services.directorship_end(directorship=mine, actor=world.alice.actor)
    assert the_contest(world).is_open


def test_who_never_took_part_is_only_proposed(world: SampleWorld) -> None:
    claim(world, "alice")
    claim(world, "frank")
    row = the_contest(world)
    let_time_to_talk_pass(world, row)
    rule(world, row, uphold(world, "frank"))
    assert ownership_of(world).director_id is None
    (proposal,) = world.acme.all(Directorship, accepted_at=None, ended_at=None)
    assert proposal.person_id == world.frank.person_id


def test_who_rules_cannot_take_the_stage(world: SampleWorld, contest: Contest) -> None:
    with pytest.raises(InvalidRequest, match="yourself"):
        rule(world, contest, Decision("other", "I can do it.", world.oscar.person))


def test_who_left_the_contest_is_not_upheld_and_not_barred(world: SampleWorld) -> None:
    claim(world, "alice")
    claim(world, "frank")
    third = claim(world, "bob")
    services.claim_withdraw(claim=third, actor=world.bob.actor)
    row = the_contest(world)
    let_time_to_talk_pass(world, row)
    with pytest.raises(InvalidRequest, match="one of the parties"):
        rule(world, row, uphold(world, "bob"))
    rule(world, row, uphold(world, "alice"))
    claim(world, "bob")


def test_an_appeal_is_not_granted_once_the_stage_is_contested_again(
    world: SampleWorld, contest: Contest
) -> None:
    ruling = rule(world, contest, uphold(world, "frank"))
    appeal = services.appeal_make(ruling=ruling, grounds="We made it.", actor=world.alice.actor)
    claim(world, "bob")
    with pytest.raises(Conflict) as refusal:
        services.appeal_grant(
            appeal=appeal, decision=uphold(world, "alice"), actor=world.oscar.actor
        )
    assert refusal.value.code == "superseded"
    services.appeal_reject(appeal=appeal, answer="Contested again.", actor=world.oscar.actor)


def test_an_appeal_is_granted_although_the_person_ruled_for_has_accepted(
    world: SampleWorld, contest: Contest
) -> None:
    ruling = rule(world, contest, Decision("other", "Both are too busy.", world.erin.person))
    (proposal,) = world.acme.all(Directorship, accepted_at=None, ended_at=None)
    services.directorship_accept(directorship=proposal, actor=world.erin.actor)
    appeal = services.appeal_make(ruling=ruling, grounds="I'm not.", actor=world.alice.actor)
    services.appeal_grant(appeal=appeal, decision=uphold(world, "alice"), actor=world.oscar.actor)
    assert ownership_of(world).director_id == world.alice.person_id


def test_a_new_case_gives_the_contest_a_new_version(world: SampleWorld, contest: Contest) -> None:
    before = the_contest(world).version
    services.party_state(
        party=party_of(world, "frank"), statement="It is ours.", actor=world.frank.actor
    )
    assert the_contest(world).version > before
