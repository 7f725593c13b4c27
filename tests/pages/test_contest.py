"""The page of a contest: what it shows to whom, and that a refusal keeps what was written."""

from django.urls import reverse

from ownership import services
from ownership.models import Ruling
from tests.support.contests import (
    claim,
    direct,
    ownership_of,
    party_of,
    ripe_contest,
    rule,
    the_contest,
    uphold,
)
from tests.support.factories import SampleMember, SampleWorld
from tests.support.html_client import FormParser, send, signed_in, without_isolation
from tests.support.people import away
from tests.support.storyboards import drawn_frame

REASON = "Network can stop it happening."


def page(who: SampleMember, contest_id: object) -> str:
    answer = signed_in(who).get(reverse("contest", args=[contest_id]))
    assert answer.status_code == 200
    return without_isolation(answer.content.decode())


def test_it_shows_both_cases_and_what_a_decision_changes(world: SampleWorld) -> None:
    direct(world, "frank")
    claim(world, "alice")
    row = the_contest(world)
    services.party_state(
        party=party_of(world, "frank"), statement="The port is ours.", actor=world.frank.actor
    )
    services.party_ask(party=party_of(world, "frank"), actor=world.frank.actor)
    services.party_ask(party=party_of(world, "alice"), actor=world.alice.actor)
    frame = drawn_frame(world.acme)
    text = page(world.oscar, row.pk)
    assert frame.picture_name in text
    assert "The port is ours." in text
    assert "Network, director of this stage, directs 1 live stage" in text
    assert "The claim of Alice ends." in text
    assert 'class="tenure"' in text


def test_it_says_that_a_party_is_away(world: SampleWorld) -> None:
    contest = ripe_contest(world)
    away(world, "frank", -1, 3)
    page = signed_in(world.oscar).get(reverse("contest", args=[contest.pk])).content.decode()
    assert page.count("Away until") == 1


def test_a_member_without_the_office_reads_why_they_may_not_decide(world: SampleWorld) -> None:
    row = ripe_contest(world)
    text = page(world.dana, row.pk)
    assert "Only an ombudsman or the journey’s sponsor" in text
    assert 'name="choice"' not in text


def test_the_ombudsman_decides_and_the_page_shows_it(world: SampleWorld) -> None:
    ripe_contest(world)
    row = the_contest(world)
    url = reverse("contest", args=[row.pk])
    choice = f"uphold:{world.frank.person_id}"
    answer = signed_in(world.oscar).post(
        url, {"version": row.version, "choice": choice, "reason": REASON}
    )
    assert answer.status_code == 303
    text = page(world.alice, row.pk)
    assert REASON in text
    assert "Frank answers for it" in text
    assert "Each of the parties can appeal once, until" in text
    (ruling,) = world.acme.all(Ruling)
    assert reverse("appeal", args=[ruling.pk]) in text


def test_who_may_decide_reads_so_while_the_parties_talk(world: SampleWorld) -> None:
    direct(world, "frank")
    claim(world, "alice")
    row = the_contest(world)
    assert "You can decide then." in page(world.oscar, row.pk)
    assert "You can decide then." not in page(world.dana, row.pk)


def test_an_incomplete_split_keeps_the_reason(world: SampleWorld) -> None:
    ripe_contest(world)
    row = the_contest(world)
    url = reverse("contest", args=[row.pk])
    answer = signed_in(world.oscar).post(
        url, {"version": row.version, "choice": "split", "reason": REASON}
    )
    assert answer.status_code == 422
    text = answer.content.decode()
    assert REASON in text
    assert text.count('class="field-error"') == 3
    assert world.acme.all(Ruling) == []


def test_who_decides_second_reads_the_decision_and_keeps_their_text(world: SampleWorld) -> None:
    row = ripe_contest(world)
    url = reverse("contest", args=[row.pk])
    rule(world, row, uphold(world, "alice"))
    choice = f"uphold:{world.frank.person_id}"
    answer = signed_in(world.oscar).post(
        url, {"version": row.version, "choice": choice, "reason": REASON}
    )
    assert answer.status_code == 422
    text = without_isolation(answer.content.decode())
    assert "has been settled" in text
    assert "Alice answers for it" in text
    assert REASON in text


def test_a_decision_about_old_cases_is_shown_with_the_new_ones(world: SampleWorld) -> None:
    ripe_contest(world)
    row = the_contest(world)
    services.party_state(
        party=party_of(world, "frank"), statement="The port is ours.", actor=world.frank.actor
    )
    choice = f"uphold:{world.alice.person_id}"
    fields = {"version": row.version, "choice": choice, "reason": REASON}
    client, url = signed_in(world.oscar), reverse("contest", args=[row.pk])
    answer = client.post(url, fields)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert REASON in text and "The port is ours." in text and "have changed" in text
    again = next(f for f in FormParser(text).found if "choice" in f["fields"])
    assert client.post(url, again["fields"]).status_code == 303


def test_the_link_from_a_stage_leads_to_its_latest_contest(world: SampleWorld) -> None:
    stage = world.acme.stages["Buy"]
    url = reverse("stage_contest", args=[stage])
    client = signed_in(world.bob)
    assert f"#stage-{stage}" in client.get(url)["Location"]
    row = ripe_contest(world)
    assert client.get(url)["Location"] == reverse("contest", args=[row.pk])


def test_who_decides_an_appeal_reads_its_grounds_beside_the_choices(world: SampleWorld) -> None:
    ruling = rule(world, ripe_contest(world), uphold(world, "frank"))
    appeal = services.appeal_make(
        ruling=ruling, grounds="We made the promise.", actor=world.alice.actor
    )
    url, client = reverse("appeal_grant", args=[appeal.pk]), signed_in(world.oscar)
    text = without_isolation(client.get(url).content.decode())
    assert "We made the promise." in text
    assert "The directorship of Frank ends." in text
    form = next(f for f in FormParser(text).found if "version" in f["fields"])
    choice = {"choice": f"uphold:{world.alice.person_id}", "reason": REASON}
    answer = client.post(url, form["fields"] | choice)
    assert answer["Location"] == reverse("contest", args=[ruling.contest_id])
    assert ownership_of(world).director_id == world.alice.person_id


def test_a_party_states_their_case_with_the_form(world: SampleWorld) -> None:
    row = ripe_contest(world)
    url = reverse("party_state", args=[party_of(world, "alice").pk])
    answer = send(signed_in(world.alice), url, {"statement": "We promised it."})
    assert answer["Location"] == reverse("contest", args=[row.pk])
    assert party_of(world, "alice").statement == "We promised it."
