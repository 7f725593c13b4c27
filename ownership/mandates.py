"""Services that update mandates and agree to them."""

from datetime import date
from typing import TypedDict, Unpack
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext

from changes.services import change_set
from core.actors import ANSWER, Actor
from core.errors import Conflict, Forbidden, InvalidRequest
from core.text import isolated
from ownership.access import is_placed_in, is_self, require_appoint
from ownership.models import Appointment, Directorship
from people.models import Department, Person
from workspaces.queries import today_in


class Mandate(TypedDict, total=False):
    """The fields of a directorship that make up its mandate."""

    decision_rights: str
    budget: str
    staff: str
    department: Department | None
    term_until: date | None
    is_interim: bool


def mandate_update(
    *, directorship: Directorship, actor: Actor, **mandate: Unpack[Mandate]
) -> Directorship:
    """Update the given fields of a mandate. A change clears the sponsor's agreement.

    Allowed for those who may appoint. Raises Conflict if the directorship has ended, and InvalidRequest for a
    changed department or term that isn't valid. Logs `directorship.mandate`.
    """
    with change_set(
        [directorship.stream_id], action="directorship.mandate", actor=actor, undoable=False
    ) as recorder:
        row = recorder.reload(directorship)
        require_appoint(actor, row.stage.journey_id)
        require_not_ended(row)
        require_valid_mandate(row.person, mandate, before=row, starts_on=row.starts_on)
        before = {name: getattr(row, name) for name in mandate}
        recorder.set(row, **mandate)
        if row.agreed_at and any(getattr(row, name) != before[name] for name in before):
            recorder.set(row, agreed_by=None, agreed_at=None)
        return row


def mandate_agree(*, directorship: Directorship, actor: Actor) -> Directorship:
    """Agree to a mandate, before or after its director accepts. Allowed for the journey's sponsor.

    Raises Forbidden for anyone else, and Forbidden `own-mandate` if the sponsor is the director. Raises Conflict if the
    directorship has ended, and Conflict `already-agreed` if a sponsor has agreed to the current mandate. Logs
    `directorship.agree`.
    """
    actor.require(ANSWER)
    with change_set(
        [directorship.stream_id], action="directorship.agree", actor=actor, undoable=False
    ) as recorder:
        row = recorder.reload(directorship)
        sponsor = find_sponsor(row.stage.journey_id)
        if sponsor is None or not is_self(actor, sponsor):
            raise Forbidden(gettext("Only the journey’s sponsor can agree to a mandate."))
        if sponsor.pk == row.person_id:
            raise Forbidden(
                gettext(
                    "You can’t agree to your own mandate. Ask an admin to appoint another sponsor."
                ),
                code="own-mandate",
            )
        require_not_ended(row)
        if row.agreed_at:
            raise Conflict(
                gettext(
                    "A sponsor has already agreed to this mandate. Reload to see its current state."
                ),
                code="already-agreed",
            )
        return recorder.set(row, agreed_by=sponsor, agreed_at=recorder.at)


def find_sponsor(journey_id: UUID) -> Person | None:
    """Return the sponsor of a journey, or None. Call it inside tenant_scope()."""
    held = Appointment.objects.filter(
        journey=journey_id, office=Appointment.Office.SPONSOR, ended_at=None
    ).select_related("person")
    return next((row.person for row in held), None)


def require_valid_mandate(
    person: Person,
    mandate: Mandate,
    *,
    before: Directorship | None = None,
    starts_on: date | None = None,
) -> None:
    """Raise InvalidRequest for a department that the person isn't in today, or a term that ends too early.

    A term must end on or after both today and `starts_on`. Values that equal those of `before` aren't checked again.
    Call it inside tenant_scope() or change_set().
    """
    department, until = mandate.get("department"), mandate.get("term_until")
    if (
        department is not None
        and (before is None or before.department_id != department.pk)
        and not is_placed_in(person, department.pk)
    ):
        raise InvalidRequest.at(
            "/department",
            "choice",
            gettext(
                "{person} isn’t in {department} today. Choose one of the person’s own departments."
            ).format(person=isolated(person.name), department=isolated(department.name)),
        )
    if until is not None and (before is None or before.term_until != until):
        earliest = max(today_in(person.workspace_id), starts_on or until)
        if until < earliest:
            raise InvalidRequest.at(
                "/term_until",
                "range",
                gettext("The term can’t end before it begins. Choose {date} or later.").format(
                    date=date_format(earliest)
                ),
            )


def require_not_ended(row: Directorship) -> None:
    if row.ended_at:
        raise Conflict(
            gettext(
                "This directorship has ended and can’t be changed. Reload to see its current state."
            )
        )
