"""API clients for every kind of caller, and one object of every kind in each workspace."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.utils import timezone

from changes.ops import parse_ops
from changes.services import apply_ops, change_set
from comments.services import comment_create
from core import fractional_index
from core.credentials import secret_digest
from core.ids import uuid7
from core.notices import Topic
from core.scopes import token_scopes
from journeys.models import Journey, Stage
from notifications.models import Notice
from notifications.services import notice_transaction
from notifications.unsubscribe_links import unsubscribe_secret
from ownership import services
from ownership.models import (
    Appeal,
    Appointment,
    Breach,
    Case,
    CaseAnswer,
    Contest,
    Directorship,
    Flag,
    HandOff,
    HandOffSignature,
    Party,
    Ruling,
)
from ownership.reorganization_plans import Merge
from people.models import Department, Person, Placement
from people.services import absence_create
from sharing.services import share_create
from tests.support.api_client import ApiClient, personal_client, service_client
from tests.support.factories import SampleMember, SampleWorkspace, SampleWorld
from tests.support.pictures import picture_bytes
from tests.support.storyboards import drawn_frame
from touchpoints.services import touchpoints_sync
from webhooks.services import endpoint_create, endpoint_test
from workspaces.access import system_actor
from workspaces.files import picture_create
from workspaces.jobs import job_create
from workspaces.models import Demotion, Member, Token, User
from workspaces.notices import INVITATION
from workspaces.services import invitation_create, member_remove, token_create

READS = [scope for scope in token_scopes() if scope.endswith(":read")]
MEMBERS = ("alice", "bob", "dana", "erin", "oscar")


def build_actors(world: SampleWorld) -> dict[str, ApiClient]:
    """Return API clients by name.

    frank's membership has just ended, but his session is still open.
    """
    clients = {name: ApiClient(user=getattr(world, name).user) for name in (*MEMBERS, "charlie")}
    clients["gone"] = ApiClient(user=world.frank.user)
    member_remove(member=world.frank.member, actor=world.dana.actor)
    clients["nobody"] = ApiClient()
    clients["reader"] = personal_client(world.dana.actor, *READS)
    for name, field in (("expired", "expires_at"), ("revoked", "revoked_at")):
        clients[name] = service_client(world.acme.id)
        secret = clients[name].headers["Authorization"].split()[1]
        Token.objects.filter(digest=secret_digest(secret)).update(**{field: timezone.now()})
    return clients


def build_things(
    place: SampleWorkspace, director: str, other: str, third: str, boss: str
) -> dict[str, Any]:
    """Return one object of every kind by name.

    The director has the stage Buy, and is proposed for Choose.
    """
    system, chief = system_actor(place.id), place.people[boss].actor
    person = place.people[director].person
    stages = {name: place.read(Stage, place.stages[name]) for name in place.stages}
    proposed = services.directorship_propose(stage=stages["Choose"], person=person, actor=system)
    current = services.directorship_propose(stage=stages["Buy"], person=person, actor=system)
    current = services.directorship_accept(directorship=current, actor=place.people[director].actor)
    attested = services.attestation_make(directorship=current, actor=place.people[director].actor)
    second = place.people[other]
    deputy = services.deputy_create(
        directorship=current, person=second.person, since=date(2026, 1, 1), actor=system
    )
    absence = absence_create(
        person=person, since=date(2099, 1, 1), until=date(2099, 1, 9), actor=system
    )
    care = place.department("Care")
    placement = placed(place, person.pk, care.pk)
    claim = services.claim_create(
        stage=stages["Choose"], person=person, department=care, kind="claim", actor=system
    )
    contributor = services.contributor_create(
        stage=stages["Choose"], department=care, part="consulted", actor=system
    )
    offer = services.volunteer_create(stage=stages["Choose"], actor=place.people[director].actor)
    token, _ = token_create(actor=chief, name="thing", scopes=["maps:read"])
    invitation, secret = invitation_create(email="guest@x.test", role="viewer", actor=chief)
    until = timezone.now() + timedelta(days=9)
    journey = place.read(Journey, place.journey)
    frame = drawn_frame(place)
    webhook, _ = endpoint_create(
        url="https://example.com/hooks", event_types=["flag.opened"], actor=system
    )
    delivery = endpoint_test(endpoint=webhook, actor=system)
    link, shared = share_create(journey=journey, actor=chief, expires_at=until)
    return {
        "slug": place.workspace.slug,
        "workspace": place.id,
        "journey": place.journey,
        "stage": place.stages["Use"],
        "empty": place.stages["Use"],
        "step": place.steps["Asks"],
        "lane": place.lanes["Retail"],
        "touchpoint": place.touchpoints["Signs"],
        "promise": place.promises["A call back"],
        "note": place.notes["Say when"],
        "measure": place.measures["Days of waiting"],
        "persona": place.persona,
        "frame": frame.pk,
        "drawing": frame.drawing_id,
        "picture": frame.picture_name,
        "channel": place.channels["Shop"],
        "Network": place.departments["Network"],
        "department": care.pk,
        "person": person.pk,
        "other": second.person_id,
        "placement": placement,
        "absence": absence.pk,
        "proposed": proposed.pk,
        "current": current.pk,
        "deputy": deputy.pk,
        "attestation": attested.pk,
        "claim": claim.pk,
        **complained(place, place.stages["Buy"], chief.member_id),
        "contributor": contributor.pk,
        "reorganization": reorganized(place),
        "volunteer": offer.pk,
        **contested(place, place.people[director], second, chief.member_id),
        **handed_off(place, place.people[director], chief.member_id),
        "appointment": producer(place, second),
        "flag": flag(place),
        "comment": comment(place, place.people[third]),
        "synced": synced(place),
        "member": place.people[third].member.id,
        "demotion": demotion(place, place.people[third].member, place.people[third].member),
        "token": token.id,
        "invitation": invitation.id,
        "invited": secret,
        "share_link": link.id,
        "shared": shared,
        "notice": notice(place, place.people[third], invitation.id),
        "unsubscribe": unsubscribe_secret(place.people[third].member, [Topic.COMMENTS]),
        "gesture": gesture(place),
        "job": job_create(
            kind="touchpoints.export", parameters={}, actor=place.people[third].actor
        ).id,
        "file": picture_create(content=picture_bytes(), name="A picture.png", actor=chief).id,
        "webhook": webhook.id,
        "webhook_delivery": delivery.id,
        "soon": (timezone.now() + timedelta(days=9)).isoformat().replace("+00:00", "Z"),
    }


def contested(
    place: SampleWorkspace, one: SampleMember, two: SampleMember, judge_id: Any
) -> dict[str, Any]:
    """Create a contest that can be ruled on and, on another stage, one that was settled by a ruling.

    The first person is a party to both, and somebody has appealed.
    """
    of_stream = {"stream_id": place.journey}
    with change_set([place.journey], action="test", actor=system_actor(place.id)) as recorder:
        last = Stage.objects.order_by("position").values_list("position", flat=True).last()
        long_ago = recorder.at - timedelta(days=9)
        settled, stage = recorder.add_many(
            [
                Stage(**of_stream, journey_id=place.journey, title=title, position=position)
                for title, position in zip(
                    ("Settled", "Settle"), fractional_index.keys_between(2, last), strict=True
                )
            ]
        )
        began = {
            "opened_at": long_ago,
            "changed_at": long_ago,
            "talk_until": long_ago.date(),
        }
        past, present = recorder.add_many(
            [
                Contest(
                    **of_stream, **began, stage=settled, settled_at=recorder.at, outcome="ruled"
                ),
                Contest(**of_stream, **began, stage=stage),
            ]
        )
        party, *_ = recorder.add_many(
            [
                Party(**of_stream, contest=contest, person_id=person.person_id)
                for contest, person in ((present, one), (present, two), (past, one))
            ]
        )
        ruling = recorder.add(
            Ruling(
                **of_stream,
                contest=past,
                kind="nobody",
                reason="It ends in May.",
                ruled_at=recorder.at,
                ruled_by_id=judge_id,
            )
        )
        appeal = recorder.add(
            Appeal(
                **of_stream,
                ruling=ruling,
                person_id=two.person_id,
                grounds="It doesn't end.",
                made_at=recorder.at,
            )
        )
    return {
        "contest": present.pk,
        "contested_stage": stage.pk,
        "party": party.pk,
        "ruling": ruling.pk,
        "appeal": appeal.pk,
    }


def complained(place: SampleWorkspace, stage_id: Any, member_id: Any) -> dict[str, Any]:
    """Create an open case about a stage, which somebody has answered."""
    with change_set([place.journey], action="test", actor=system_actor(place.id)) as recorder:
        case = recorder.add(
            Case(
                stream_id=place.journey,
                stage_id=stage_id,
                department_id=place.departments["Network"],
                kind="neglected",
                account="Nobody called her back.",
                opened_at=recorder.at,
                opened_by_id=member_id,
                due_on=recorder.at.date(),
                answered_at=recorder.at,
            )
        )
        answer = recorder.add(
            CaseAnswer(
                stream_id=place.journey,
                case=case,
                text="We called her.",
                answered_at=recorder.at,
                answered_by_id=member_id,
            )
        )
    return {"case": case.pk, "case_answer": answer.pk}


def handed_off(place: SampleWorkspace, director: SampleMember, member_id: Any) -> dict[str, Any]:
    """Create four stages, of which the director has the second and the fourth, with a hand-off after the first two.

    Both have signed the first hand-off, which has a breach by the director's side. Nobody has signed the second.
    """
    system, of_stream = system_actor(place.id), {"stream_id": place.journey}
    with change_set([place.id], action="test", actor=system) as recorder:
        other = recorder.add(Person(stream_id=place.id, name="Neighbor"))
    with change_set([place.journey], action="test", actor=system) as recorder:
        last = Stage.objects.order_by("position").values_list("position", flat=True).last()
        stages = recorder.add_many(
            [
                Stage(**of_stream, journey_id=place.journey, title=f"Part {key}", position=key)
                for key in fractional_index.keys_between(4, last)
            ]
        )
        held = recorder.add_many(
            [
                Directorship(
                    **of_stream,
                    stage=stage,
                    person_id=director.person_id if number % 2 else other.pk,
                    proposed_at=recorder.at,
                    accepted_at=recorder.at,
                )
                for number, stage in enumerate(stages)
            ]
        )
        text = {"exit_criteria": "Done", "entry_criteria": "Known"}
        signed, unsigned = recorder.add_many(
            [
                HandOff(**of_stream, **text, from_stage=one, to_stage=next_stage)
                for one, next_stage in pairwise(stages[:3])
            ]
        )
        signature, _ = recorder.add_many(
            [
                HandOffSignature(
                    **of_stream,
                    handoff=signed,
                    directorship=directorship,
                    revision=1,
                    signed_at=recorder.at,
                )
                for directorship in held[:2]
            ]
        )
        breach = recorder.add(
            Breach(
                **of_stream,
                handoff=signed,
                side="to",
                description="It took three days.",
                evidence="Ticket 214",
                happened_on=date(2026, 3, 1),
                recorded_at=recorder.at,
                recorded_by_id=member_id,
            )
        )
    return {
        "handoff": signed.pk,
        "handoff_unsigned": unsigned.pk,
        "handoff_next": stages[2].pk,
        "handoff_last": stages[3].pk,
        "handoff_signature": signature.pk,
        "breach": breach.pk,
    }


def placed(place: SampleWorkspace, person_id: Any, department_id: Any) -> Any:
    """Return the id of the person's placement in the department; create it if there is none."""
    existing = place.all(Placement, person=person_id, department=department_id)
    if existing:
        return existing[0].pk
    with change_set([place.id], action="placement.add", actor=system_actor(place.id)) as recorder:
        new = Placement(
            stream_id=place.id,
            person_id=person_id,
            department_id=department_id,
            since=date(2026, 1, 1),
        )
        return recorder.add(new).pk


def gesture(place: SampleWorkspace) -> str:
    """Create a gesture that can be undone, and return its id."""
    retitle = {"type": "persona", "id": str(place.persona), "fields": {"summary": "Short."}}
    sets = apply_ops(
        place.id, parse_ops([{"op": "set", **retitle}]), actor=system_actor(place.id)
    ).sets
    return sets[0]["gesture"]


def reorganized(place: SampleWorkspace) -> Any:
    """Merge a department that nobody uses into Care, and return the id of the record of it."""
    system = system_actor(place.id)
    place.direct({"op": "add", "type": "department", "fields": {"name": "Call center"}})
    (closing,) = place.all(Department, name="Call center")
    merge = Merge(closing, place.department("Care"))
    digest = services.reorganization_plan(merge, actor=system).digest
    return services.departments_merge(
        request=merge, reason="It closed.", digest=digest, actor=system
    ).pk


def producer(place: SampleWorkspace, somebody: Any) -> Any:
    """Create an appointment and return its id.

    Its holder isn't one of the callers under test if possible, because it grants rights.
    """
    with change_set(
        [place.journey], action="producer.appoint", actor=system_actor(place.id)
    ) as recorder:
        appointment = Appointment(
            stream_id=place.journey,
            journey_id=place.journey,
            office="producer",
            person_id=place.people.get("frank", somebody).person_id,
            appointed_at=recorder.at,
        )
        return recorder.add(appointment).pk


def flag(place: SampleWorkspace) -> Any:
    with change_set([place.journey], action="flag.open", actor=system_actor(place.id)) as recorder:
        row = Flag(
            stream_id=place.journey,
            rule="OWN-01",
            subject_type="stage",
            subject_id=place.stages["Choose"],
            severity="warn",
            opened_at=recorder.at,
        )
        return recorder.add(row).pk


def comment(place: SampleWorkspace, somebody: Any) -> Any:
    """Create a comment on a stage, and return its id."""
    return comment_create(
        journey_id=place.journey,
        subject_type="stage",
        subject_id=place.stages["Use"],
        body="Is this so?",
        actor=somebody.actor,
    ).pk


def notice(place: SampleWorkspace, somebody: Any, invitation_id: Any) -> Any:
    """Create a notice about an accepted invitation, and return its id."""
    with notice_transaction(place.id):
        row = Notice.objects.create(
            workspace_id=place.id,
            member=somebody.member,
            topic=Topic.INVITATIONS,
            key="thing",
            subject_type=INVITATION,
            subject_id=invitation_id,
            since=timezone.now(),
        )
    return row.pk


def new_member(place: SampleWorkspace, role: str) -> Member:
    user = User.objects.create_user(f"{uuid7().hex}@x.test")
    return Member.objects.create(workspace=place.workspace, user=user, role=role)


def demotion(place: SampleWorkspace, member: Member, asked_by: Member) -> Any:
    """Create a request to end a member's role, and return its id."""
    with notice_transaction(place.id):
        row = Demotion.objects.create(
            workspace_id=place.id,
            member=member,
            reason="He rules for his friends.",
            asked_by=asked_by,
            expires_at=timezone.now() + timedelta(days=9),
        )
    return row.pk


def synced(place: SampleWorkspace) -> str:
    """Sync a touchpoint from another system, and return its external id."""
    item = {
        "source": "crm",
        "external_id": str(place.id),
        "stage": str(place.stages["Use"]),
        "title": "A ticket",
    }
    touchpoints_sync(items=[item], actor=system_actor(place.id))
    return item["external_id"]
