"""Services for flags: acknowledge one, or dismiss it with a reason and an end date."""

from datetime import datetime, timedelta

from django.utils.translation import gettext

from changes.services import change_set
from core.actors import FLAGS, Actor
from core.errors import Conflict, Forbidden, InvalidRequest, require_text
from ownership.access import is_self
from ownership.models import Appointment, Directorship, Flag

MAX_DISMISSAL = timedelta(days=366)


def flag_acknowledge(*, flag: Flag, actor: Actor) -> Flag:
    """Acknowledge a flag, which means that someone is working on it. Logs `flag.acknowledge`.

    Allowed with `flags`, and for the stage's director and the journey's producer and sponsor. Raises Conflict if
    the flag is resolved or dismissed.
    """
    with change_set(
        [flag.stream_id], action="flag.acknowledge", actor=actor, undoable=False
    ) as recorder:
        flag = recorder.reload(flag)
        if not actor.can(FLAGS) and not _may_acknowledge(flag, actor):
            raise Forbidden(
                gettext(
                    "Only the stage’s director, the journey’s producer or sponsor, an executive, an "
                    "ombudsman or an admin can do this."
                )
            )
        _require_open(flag)
        return recorder.set(flag, state=Flag.State.ACKNOWLEDGED)


def flag_dismiss(*, flag: Flag, reason: str, until: datetime, actor: Actor) -> Flag:
    """Dismiss a flag until a time (at most 366 days from now) or until its severity rises.

    Requires `flags`. Raises InvalidRequest without a reason or for an invalid time, and Conflict if the
    flag is already resolved or dismissed. Logs `flag.dismiss`.
    """
    actor.require(FLAGS)
    with change_set(
        [flag.stream_id], action="flag.dismiss", actor=actor, undoable=False
    ) as recorder:
        flag = recorder.reload(flag)
        _require_open(flag)
        require_text(reason, "/reason", gettext("Enter a reason for dismissing this flag."))
        if not recorder.at < until <= recorder.at + MAX_DISMISSAL:
            raise InvalidRequest.at(
                "/until", "range", gettext("Choose a time within the next 366 days.")
            )
        return recorder.set(flag, state=Flag.State.DISMISSED, reason=reason, dismissed_until=until)


def _require_open(flag: Flag) -> None:
    if flag.state not in {Flag.State.OPEN, Flag.State.ACKNOWLEDGED}:
        raise Conflict(
            gettext("This flag is already resolved. Reload to see why.")
            if flag.state == Flag.State.RESOLVED
            else gettext("This flag is already dismissed. Reload to see why.")
        )


def _may_acknowledge(flag: Flag, actor: Actor) -> bool:
    if actor.member_id is None:
        return False
    appointments = Appointment.objects.filter(
        journey=flag.stream_id, ended_at=None, person__member=actor.member_id
    )
    directorship = (
        Directorship.objects.filter(stage=flag.subject_id, accepted_at__isnull=False, ended_at=None)
        .select_related("person")
        .first()
    )
    return appointments.exists() or bool(directorship and is_self(actor, directorship.person))
