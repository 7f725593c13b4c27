"""Access getters for ownership records, and checks of who may do what with them.

Only this module derives rights from the person that a login is linked to, or from that person's
departments. Getters raise the same errors as get_record().
"""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from django.db import connection
from django.db.models import Q, TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from changes.access import get_record
from core.actors import APPOINT, CLAIM, READ, RULE, Actor, Caller
from core.errors import Conflict, Forbidden
from core.tenancy import ensure_tenant_scope
from core.text import isolated, join_list
from journeys.models import Stage
from ownership.models import (
    Appeal,
    Appointment,
    Attestation,
    Breach,
    Case,
    Claim,
    Contest,
    Deputy,
    Directorship,
    Flag,
    HandOff,
    HandOffSignature,
    Party,
    Ruling,
    Volunteer,
)
from people.models import Person
from people.queries import current_placements, has_left
from workspaces.models import Member, Role
from workspaces.queries import members_with_right

MAX_NAMED_STAGES = 3  # in a message
# The members who have a part in contests. If a member has several parts, the first in this order comes first.
PARTS_SQL = """
    WITH party AS MATERIALIZED (
        SELECT p.contest_id, p.person_id, p.department_id, c.stage_id, c.opened_at
        FROM ownership_party p JOIN ownership_contest c ON c.id = p.contest_id
        WHERE p.contest_id = ANY(%(contests)s::uuid[])
    ), placement AS (
        SELECT person_id, department_id, is_head FROM people_placement
        WHERE since <= cxmap_today(workspace_id)
            AND (until IS NULL OR until >= cxmap_today(workspace_id))
    ), part AS (
        SELECT 1 AS rank, 'party' AS obstacle, contest_id, person_id FROM party
        UNION ALL
        SELECT 2, 'deputy', party.contest_id, deputy.person_id
        FROM party
        JOIN ownership_directorship d
            ON d.stage_id = party.stage_id AND d.person_id = party.person_id
            AND (d.ended_at IS NULL OR d.ended_at >= party.opened_at)
        JOIN ownership_deputy deputy ON deputy.directorship_id = d.id
            AND (deputy.until IS NULL OR deputy.until >= (party.opened_at AT TIME ZONE 'UTC')::date)
        UNION ALL
        SELECT 3, 'head', department.contest_id, head.person_id
        FROM (
            SELECT contest_id, department_id FROM party
            UNION
            SELECT party.contest_id, placement.department_id
            FROM party JOIN placement ON placement.person_id = party.person_id
        ) department
        JOIN placement head ON head.department_id = department.department_id AND head.is_head
        UNION ALL
        SELECT 4, 'concerned', contest_id, unnest(ARRAY[person_id, second_person_id])
        FROM ownership_ruling WHERE contest_id = ANY(%(contests)s::uuid[])
    )
    SELECT part.contest_id, person.member_id, part.obstacle
    FROM part JOIN people_person person ON person.id = part.person_id
    WHERE person.member_id IS NOT NULL
    ORDER BY part.rank
"""


def get_directorship(caller: Caller, directorship_id: UUID, right: str = READ) -> Directorship:
    return get_record(
        caller,
        Directorship,
        directorship_id,
        right,
        "stage__journey",
        "person",
        "department",
        "agreed_by",
    )


def get_deputy(caller: Caller, deputy_id: UUID, right: str = READ) -> Deputy:
    return get_record(caller, Deputy, deputy_id, right, "directorship__stage", "person")


def get_claim(caller: Caller, claim_id: UUID, right: str = READ) -> Claim:
    return get_record(caller, Claim, claim_id, right, "stage__journey", "person", "department")


def get_appointment(caller: Caller, appointment_id: UUID, right: str = READ) -> Appointment:
    return get_record(caller, Appointment, appointment_id, right, "journey", "person")


def get_flag(caller: Caller, flag_id: UUID, right: str = READ) -> Flag:
    return get_record(caller, Flag, flag_id, right)


def get_contest(caller: Caller, contest_id: UUID, right: str = READ) -> Contest:
    return get_record(caller, Contest, contest_id, right, "stage__journey")


def get_attestation(caller: Caller, attestation_id: UUID, right: str = READ) -> Attestation:
    return get_record(caller, Attestation, attestation_id, right, "directorship__stage__journey")


def get_party(caller: Caller, party_id: UUID, right: str = READ) -> Party:
    return get_record(caller, Party, party_id, right, "contest__stage__journey", "person")


def get_ruling(caller: Caller, ruling_id: UUID, right: str = READ) -> Ruling:
    return get_record(caller, Ruling, ruling_id, right, "contest__stage__journey", "person")


def get_appeal(caller: Caller, appeal_id: UUID, right: str = READ) -> Appeal:
    return get_record(caller, Appeal, appeal_id, right, "ruling__contest__stage__journey", "person")


def get_case(caller: Caller, case_id: UUID, right: str = READ) -> Case:
    return get_record(caller, Case, case_id, right, "stage__journey", "department")


def get_handoff(caller: Caller, handoff_id: UUID, right: str = READ) -> HandOff:
    return get_record(caller, HandOff, handoff_id, right, "from_stage__journey", "to_stage")


def get_signature(caller: Caller, signature_id: UUID, right: str = READ) -> HandOffSignature:
    return get_record(caller, HandOffSignature, signature_id, right, "handoff")


def get_volunteer(caller: Caller, volunteer_id: UUID, right: str = READ) -> Volunteer:
    return get_record(caller, Volunteer, volunteer_id, right, "stage__journey", "person")


def get_breach(caller: Caller, breach_id: UUID, right: str = READ) -> Breach:
    return get_record(
        caller, Breach, breach_id, right, "handoff__from_stage__journey", "handoff__to_stage"
    )


def person_of(actor: Actor) -> Person | None:
    """Return the person in the directory that the acting member is linked to, or None."""
    if actor.member_id is None:
        return None
    with ensure_tenant_scope([actor.workspace_id]):
        return Person.objects.filter(workspace=actor.workspace_id, member=actor.member_id).first()


def is_self(actor: Actor, person: Person) -> bool:
    return actor.member_id is not None and person.member_id == actor.member_id


def is_producer_or_sponsor(actor: Actor, journey_id: UUID) -> bool:
    """Return whether the actor is currently the journey's producer or sponsor."""
    with ensure_tenant_scope([actor.workspace_id]):
        return (
            Appointment.objects.filter(
                journey=journey_id, ended_at=None, person__member=actor.member_id
            )
            .exclude(person__member=None)
            .exists()
        )


def may_appoint(actor: Actor, journey_id: UUID) -> bool:
    """Return whether the actor may appoint directors in a journey.

    True with the `appoint` right, and for the journey's current producer and sponsor.
    """
    return actor.can(APPOINT) or is_producer_or_sponsor(actor, journey_id)


def may_claim(actor: Actor, person: Person | None) -> bool:
    """Return whether the actor, who is linked to this person, may claim stages. Ombudsmen own nothing."""
    return person is not None and actor.can(CLAIM) and not actor.can(RULE)


def require_appoint(actor: Actor, journey_id: UUID) -> None:
    if not may_appoint(actor, journey_id):
        raise Forbidden(
            gettext("Only the journey’s producer, its sponsor or an admin can do this.")
        )


def rights_in_journey(actor: Actor, journey_id: UUID) -> frozenset[str]:
    """Return the actor's rights in a journey. Its producer and sponsor also have `appoint`."""
    return actor.rights | ({APPOINT} if may_appoint(actor, journey_id) else set())


def rights_by_appointment(
    seats: Collection[tuple[UUID, UUID]],
) -> dict[tuple[UUID, UUID], frozenset[str]]:
    """Return the rights that appointments add, for each (journey, member) pair in `seats`.

    Used for open sockets (settings.RIGHTS_BY_APPOINTMENT). Runs one query. Call it inside
    tenant_scope().
    """
    journeys, members = zip(*seats, strict=True) if seats else ((), ())
    held = Appointment.objects.filter(
        journey__in=journeys, ended_at=None, person__member__in=members
    )
    appointed = set(held.values_list("journey_id", "person__member_id"))
    return {seat: frozenset({APPOINT}) for seat in appointed.intersection(seats)}


def require_present(person: Person) -> None:
    if has_left(person):
        raise Conflict(
            gettext("{name} has left the company. Choose someone else.").format(name=person.name),
            code="person-left",
        )


def require_may_answer_for_stages(person: Person) -> None:
    """Raise Conflict `ombudsman` for an ombudsman, who judges disputes about stages and so can't own any.

    Call it inside tenant_scope() or change_set().
    """
    if person.member_id is None:
        return
    if Member.objects.filter(pk=person.member_id, role=Role.OMBUDSMAN, left_at=None).exists():
        raise Conflict(
            gettext(
                "{name} is an ombudsman. An ombudsman decides disputes about stages, and so can’t answer for any "
                "stage."
            ).format(name=isolated(person.name)),
            code="ombudsman",
        )


def require_may_take_role(member: Member, role: str) -> None:
    """Raise Conflict `answers-for-stages` if the role is ombudsman and the member directs or claims stages.

    Call it inside tenant_scope() or with the workspace locked.
    """
    if role != Role.OMBUDSMAN:
        return
    mine = {"person__member": member, "ended_at": None}
    held = Directorship.objects.filter(**mine, accepted_at__isnull=False)
    claimed = Claim.objects.filter(**mine, kind=Claim.Kind.CLAIM)
    titles = Stage.objects.filter(
        Q(pk__in=held.values("stage")) | Q(pk__in=claimed.values("stage"))
    ).order_by("title", "pk")
    named = list(titles.values_list("title", flat=True)[:MAX_NAMED_STAGES])
    if named:
        raise Conflict(
            gettext(
                "Ombudsmen can’t direct or claim stages, but {name} does. Hand over or withdraw these first: {stages}."
            ).format(
                name=isolated(str(member)), stages=join_list([f"“{title}”" for title in named])
            ),
            code="answers-for-stages",
        )


def require_self(actor: Actor, person: Person) -> None:
    if not is_self(actor, person):
        raise Forbidden(
            gettext("Only {name} can do this. Ask them to do it.").format(
                name=isolated(person.name)
            )
        )


def is_placed_in(person: Person, department_id: UUID) -> bool:
    """Return whether a person is placed in a department today.

    Call it inside tenant_scope() or change_set().
    """
    placements = current_placements(person.workspace_id)
    return placements.filter(person=person, department=department_id).exists()


class Obstacle(TextChoices):
    """Why a member may not rule on a contest or decide an appeal."""

    ROLE = "role", _("Only an ombudsman or the journey’s sponsor can decide this.")
    PARTY = "party", _("You claim this stage yourself, so somebody else decides.")
    DEPUTY = "deputy", _("You’re a deputy of one of the parties, so somebody else decides.")
    HEAD = "head", _("You head the department of one of the parties, so somebody else decides.")
    CONCERNED = (
        "concerned",
        _("An earlier ruling on this contest concerned you, so somebody else decides."),
    )
    RULED = "ruled", _("You ruled on this contest before, so somebody else decides the appeal.")


def ruling_obstacle(actor: Actor, contest: Contest, *, is_appeal: bool = False) -> Obstacle | None:
    """Return why the actor may not rule on a contest, or None if they may.

    Members with the `rule` right and the journey's sponsor may, unless they have a part in it. An appeal is
    decided by somebody who made none of the rulings on the contest, if there is anybody. The number of queries
    is fixed. Call it inside tenant_scope().
    """
    if not _has_ruling_office(actor, contest.stream_id):
        return Obstacle.ROLE
    part = part_in_contest(contest, actor.member_id)
    if part is not None or not is_appeal:
        return part
    authors = set(Ruling.objects.filter(contest=contest).values_list("ruled_by", flat=True))
    if actor.member_id not in authors:
        return None
    others = members_who_may_rule(contest.workspace_id, [contest])[contest.pk] - authors
    return Obstacle.RULED if others else None


def require_may_rule(actor: Actor, contest: Contest, *, is_appeal: bool = False) -> UUID:
    """Return the member who rules. Raises Forbidden `may-not-rule` with the obstacle, if there is one."""
    obstacle = ruling_obstacle(actor, contest, is_appeal=is_appeal)
    if obstacle is not None or actor.member_id is None:
        raise Forbidden(str((obstacle or Obstacle.ROLE).label), code="may-not-rule")
    return actor.member_id


def part_in_contest(contest: Contest, member_id: UUID | None) -> Obstacle | None:
    """Return which part a member has in a contest, or None if they have none. Runs one query."""
    return parts_in_contests([contest.pk]).get(contest.pk, {}).get(member_id)


def parts_in_contests(
    contest_ids: Collection[UUID],
) -> dict[UUID, dict[UUID | None, Obstacle]]:
    """Return the parts of members in contests, by contest and member. Runs one query. Call it inside tenant_scope()."""
    parts: dict[UUID, dict[UUID | None, Obstacle]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(PARTS_SQL, {"contests": [str(pk) for pk in contest_ids]})
        for contest_id, member_id, obstacle in cursor.fetchall():
            parts[contest_id].setdefault(member_id, Obstacle(obstacle))
    return parts


def require_no_part(actor: Actor, stage_id: UUID) -> None:
    """Raise Forbidden if the actor has a part in the open contest of a stage.

    Otherwise a party in office could end the contest in their own favor, without a ruling.
    """
    contest = Contest.objects.filter(stage=stage_id, settled_at=None).first()
    if contest is not None and part_in_contest(contest, actor.member_id) is not None:
        raise Forbidden(
            gettext(
                "You have a part in the contest over this stage, so you can’t end this for others."
            )
        )


def _has_ruling_office(actor: Actor, journey_id: UUID) -> bool:
    if actor.member_id is None:
        return False
    if actor.can(RULE):
        return True
    return Appointment.objects.filter(
        journey=journey_id,
        office=Appointment.Office.SPONSOR,
        ended_at=None,
        person__member=actor.member_id,
    ).exists()


def members_who_may_rule(
    workspace_id: UUID, contests: Collection[Contest]
) -> dict[UUID, set[UUID]]:
    """Return the members with the office to rule on each contest who have no part in it, by contest.

    The number of queries is fixed. Call it inside tenant_scope().
    """
    parts = parts_in_contests([contest.pk for contest in contests])
    rulers = set(members_with_right(workspace_id, RULE))
    sponsors = dict(
        Appointment.objects.filter(
            journey__in={contest.stream_id for contest in contests},
            office=Appointment.Office.SPONSOR,
            ended_at=None,
            person__member__left_at=None,
            person__member__isnull=False,
        ).values_list("journey", "person__member_id")
    )
    holders = {
        contest.pk: rulers | {sponsors[contest.stream_id]}
        if contest.stream_id in sponsors
        else rulers
        for contest in contests
    }
    return {pk: members - parts.get(pk, {}).keys() for pk, members in holders.items()}


def may_answer_case(actor: Actor, case: Case) -> bool:
    """Return whether the actor is the stage's director, or the journey's producer or sponsor."""
    if is_producer_or_sponsor(actor, case.stream_id):
        return True
    directorships = Directorship.objects.filter(
        stage=case.stage_id, accepted_at__isnull=False, ended_at=None
    )
    return (
        actor.member_id is not None
        and directorships.filter(person__member=actor.member_id).exists()
    )


def belongs_to_department_concerned(actor: Actor, case: Case) -> bool:
    """Return whether the actor is placed today in the department that a case concerns."""
    placements = current_placements(case.workspace_id).filter(department=case.department_id)
    return (
        actor.member_id is not None and placements.filter(person__member=actor.member_id).exists()
    )


def require_may_close_case(actor: Actor, case: Case) -> UUID:
    """Return the id of the member who closes a case. Raises Forbidden `department-concerned` if they may not."""
    if actor.member_id is None or belongs_to_department_concerned(actor, case):
        raise Forbidden(
            gettext("The case concerns your own department, so another ombudsman closes it."),
            code="department-concerned",
        )
    return actor.member_id
