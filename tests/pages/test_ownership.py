"""Ownership with plain forms: propose, accept, claim, appoint, and handle flags."""

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from changes.followers import run_followers
from changes.queries import versions_of
from core.tenancy import tenant_scope
from ownership.audit import run_audit
from ownership.models import Appointment, Claim, Deputy, Directorship, Flag
from tests.support.factories import SampleWorld
from tests.support.html_client import FormParser, send, signed_in, without_isolation
from tests.support.sample_pages import create_ownership_states
from tests.support.sharing import shared
from workspaces.models import Member


def propose(world: SampleWorld, who: str = "frank", stage: str = "Buy") -> Directorship:
    answer = send(
        signed_in(world.dana),
        reverse("propose", args=[world.acme.stages[stage]]),
        {"person": str(getattr(world, who).person_id), "decision_rights": "The counter."},
    )
    assert answer.status_code == 303
    (row,) = world.acme.all(Directorship, person=getattr(world, who).person_id, ended_at=None)
    return row


def page(world: SampleWorld, who, name: str) -> str:
    return signed_in(who).get(reverse(name, args=[world.acme.workspace.slug])).content.decode()


class TestDirectorships:
    def test_a_proposal_waits_in_the_inbox_and_is_accepted_there(self, world: SampleWorld):
        row = propose(world)
        run_followers(world.acme.id)
        client = signed_in(world.frank)
        inbox = reverse("inbox", args=[world.acme.workspace.slug])
        text = client.get(inbox).content.decode()
        assert "The counter." in text
        form = next(f for f in FormParser(text).found if f["action"].endswith("/accept/"))
        answer = client.post(form["action"], form["fields"])
        assert answer["Location"] == inbox
        assert world.acme.read(Directorship, row.pk).is_current
        assert "Frank</a></b>" in self.listed(world)

    def listed(self, world: SampleWorld) -> str:
        url = reverse("journey", args=[world.acme.journey])
        return without_isolation(signed_in(world.dana).get(url).content.decode())

    def test_declining_needs_a_reason(self, world: SampleWorld):
        row = propose(world)
        refused = signed_in(world.frank).post(reverse("decline", args=[row.pk]), {"note": " "})
        assert refused.status_code == 422 and world.acme.read(Directorship, row.pk).ended_at is None
        send(signed_in(world.frank), reverse("decline", args=[row.pk]), {"note": "Too much."})
        assert world.acme.read(Directorship, row.pk).end_note == "Too much."

    def test_nobody_accepts_for_somebody_else(self, world: SampleWorld):
        row = propose(world)
        answer = signed_in(world.alice).post(reverse("accept", args=[row.pk]), {})
        assert answer.status_code == 403
        stranger = signed_in(world.charlie).post(reverse("accept", args=[row.pk]), {})
        assert stranger.status_code == 404

    def test_a_second_proposal_of_the_same_person_is_refused_in_words(self, world: SampleWorld):
        propose(world)
        answer = send(
            signed_in(world.dana),
            reverse("propose", args=[world.acme.stages["Buy"]]),
            {"person": str(world.frank.person_id), "budget": "much of it"},
        )
        assert answer.status_code == 422
        text = answer.content.decode()
        assert "already directs this stage, or is proposed" in text
        assert "much of it" in text

    def test_handing_over_mandate_deputy_and_end(self, world: SampleWorld):
        first = propose(world)
        signed_in(world.frank).post(reverse("accept", args=[first.pk]), {})
        dana = signed_in(world.dana)
        send(dana, reverse("mandate", args=[first.pk]), {"budget": "1 m a year"})
        send(dana, reverse("deputy_add", args=[first.pk]), {"person": str(world.bob.person_id)})
        assert world.acme.read(Directorship, first.pk).budget == "1 m a year"
        assert len(world.acme.all(Deputy)) == 1
        send(
            signed_in(world.frank),
            reverse("propose", args=[world.acme.stages["Buy"]]),
            {"person": str(world.alice.person_id), "takes_over": "on"},
        )
        (second,) = world.acme.all(Directorship, person=world.alice.person_id)
        signed_in(world.alice).post(reverse("accept", args=[second.pk]), {})
        assert world.acme.read(Directorship, first.pk).end_reason == "handed_over"
        send(signed_in(world.alice), reverse("directorship_end", args=[second.pk]), {"note": "x"})
        assert world.acme.read(Directorship, second.pk).end_reason == "resigned"

    def test_who_does_not_appoint_cannot_propose(self, world: SampleWorld):
        url = reverse("propose", args=[world.acme.stages["Buy"]])
        sent = {"person": str(world.frank.person_id)}
        assert signed_in(world.bob).post(url, sent).status_code == 403
        assert signed_in(world.charlie).post(url, sent).status_code == 404


class TestClaims:
    def test_claiming_contesting_and_taking_back(self, world: SampleWorld):
        stage = world.acme.stages["Buy"]
        for who in (world.alice, world.frank):
            answer = send(signed_in(who), reverse("claim", args=[stage]), {"statement": "Ours."})
            assert answer.status_code == 303
        assert "2 people claim this stage" in TestDirectorships().listed(world)
        assert "1 of 3 stages" not in page(world, world.bob, "ownership")
        claim = world.acme.all(Claim, person=world.frank.person_id)[0]
        assert (
            signed_in(world.alice).post(reverse("claim_withdraw", args=[claim.pk])).status_code
            == 403
        )
        signed_in(world.frank).post(reverse("claim_withdraw", args=[claim.pk]))
        assert world.acme.read(Claim, claim.pk).ended_at

    def test_only_ones_own_departments_can_be_chosen(self, world: SampleWorld):
        answer = send(
            signed_in(world.frank),
            reverse("claim", args=[world.acme.stages["Buy"]]),
            {"department": str(world.acme.departments["Retail"])},
        )
        assert answer.status_code == 422


class TestOffices:
    def test_naming_and_ending_a_producer(self, world: SampleWorld):
        url = reverse("appoint", args=[world.acme.journey, "producer"])
        send(signed_in(world.dana), url, {"person": str(world.alice.person_id)})
        (held,) = world.acme.all(Appointment, ended_at=None)
        signed_in(world.dana).post(reverse("appointment_end", args=[held.pk]))
        assert world.acme.read(Appointment, held.pk).ended_at
        strange = reverse("appoint", args=[world.acme.journey, "king"])
        assert signed_in(world.dana).get(strange).status_code == 404


class TestFlags:
    def test_filtering_acknowledging_and_dismissing(self, world: SampleWorld):
        run_audit(world.acme.id)
        client = signed_in(world.oscar)
        url = reverse("ownership", args=[world.acme.workspace.slug])
        assert "Of 3 stages, 3 have no owner." in client.get(url).content.decode()
        vacant = client.get(url, {"rule": "OWN-01"}).content.decode()
        assert vacant.count('id="flag-') == 3
        assert client.get(url, {"rule": "x", "journey": "y", "page": "z"}).status_code == 200
        first, second, _ = world.acme.all(Flag, rule="OWN-01")
        client.post(reverse("flag_acknowledge", args=[first.pk]))
        assert world.acme.read(Flag, first.pk).state == "acknowledged"
        dismiss = reverse("flag_dismiss", args=[second.pk])
        refused = send(client, dismiss, {"reason": "", "until": "2020-01-01"})
        assert refused.status_code == 422
        assert "2020-01-01" in refused.content.decode()
        send(client, dismiss, {"reason": "Closed in spring."})
        assert world.acme.read(Flag, second.pk).reason == "Closed in spring."
        assert signed_in(world.bob).post(dismiss, {}).status_code in {403, 422}

    def test_the_same_flag_is_nothing_to_a_stranger(self, world: SampleWorld):
        run_audit(world.acme.id)
        flag = world.acme.all(Flag)[0]
        url = reverse("flag_dismiss", args=[flag.pk])
        assert signed_in(world.charlie).get(url).status_code == 404


def test_of_very_many_holes_the_first_are_shown_and_the_audit_lists_all(world: SampleWorld):
    world.acme.edit(
        *({"op": "add", "type": "stage", "fields": {"title": f"Part {n}"}} for n in range(60))
    )
    text = page(world, world.dana, "ownership")
    assert 'Nobody <small class="num">63</small>' in text
    assert text.count("Propose a director for “") == 20
    assert "?rule=OWN-01#flags" in text


def test_a_contested_stage_looks_owned_nowhere(world: SampleWorld):
    create_ownership_states(world)  # frank directs "Buy", and alice claims it
    person = signed_in(world.dana).get(reverse("person", args=[world.frank.person_id]))
    assert "Director, contested" in person.content.decode()
    assert "chip-own" not in person.content.decode()
    listed = page(world, world.dana, "people")
    assert [listed.count(f"chip chip-{state}") for state in ("own", "cont")] == [1, 1]
    assert listed.count("(Two or more claim it)") == 1  # not by color alone
    with tenant_scope([world.acme.id]):
        version = versions_of([world.acme.journey])[world.acme.journey]
    world.acme.edit({"op": "add", "type": "stage", "fields": {"title": "Leave"}})
    for pinned in (None, version):
        _, url = shared(world, version=pinned)
        text = without_isolation(Client().get(url).content.decode())
        assert [text.count(f"bracket-{state}") for state in ("own", "cont")] == [2, 2], pinned
        assert "Frank and others" in text


def test_guests_see_that_a_director_is_gone_but_not_why(world: SampleWorld):
    create_ownership_states(world)
    _, url = shared(world)
    assert "Director is gone" not in Client().get(url).content.decode()
    Member.objects.filter(pk=world.alice.member.pk).update(left_at=timezone.now())
    text = Client().get(url).content.decode()
    assert "Director is gone" in text and "sign in any more" not in text
