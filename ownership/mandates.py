"""Mandates: what a director may decide and spend, for which department, and for how long."""

from datetime import date
from typing import TypedDict, Unpack

from django.utils.translation import gettext

from changes.services import change_set
from core.actors import Actor
from core.errors import Conflict, InvalidRequest
from core.text import isolated
from ownership.access import is_placed_in, require_appoint
from ownership.models import Directorship
from people.models import Department, Person
from workspaces.queries import today_in


class Mandate(TypedDict, total=False):
    """The fields of a directorship that are its mandate."""

    decision_rights: str
    budget: str
    staff: str
    department: Department | None
    term_until: date | None
    is_interim: bool


def mandate_update(
    *, directorship: Directorship, actor: Actor, **mandate: Unpack[Mandate]
) -> Directorship:
    """Update the given fields of a mandate.

    Allowed for those who may appoint. Raises Conflict if the directorship has ended, and InvalidRequest for a
    changed department or term that isn't valid. Logs `directorship.mandate`.
    """
    with change_set(
        [directorship.stream_id], action="directorship.mandate", actor=actor, undoable=False
    ) as recorder:
        row = recorder.reload(directorship)
        require_appoint(actor, row.stage.journey_id)
        require_not_ended(row)
        require_valid_mandate(row.person, mandate, row)
        return recorder.set(row, **mandate)


def require_valid_mandate(
    person: Person, mandate: Mandate, before: Directorship | None = None
) -> None:
    """Raise InvalidRequest for a department that the person isn't in today, or a term that has already ended.

    Values that are the same in `before` aren't checked again. Call it inside tenant_scope() or change_set().
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
    if (
        until is not None
        and (before is None or before.term_until != until)
        and until < today_in(person.workspace_id)
    ):
        raise InvalidRequest.at(
            "/term_until", "range", gettext("This day is in the past. Choose today or a later day.")
        )


def require_not_ended(row: Directorship) -> None:
    if row.ended_at:
        raise Conflict(
            gettext(
                "This directorship has ended and can’t be changed. Reload to see its current state."
            )
        )
