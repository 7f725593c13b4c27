"""Attestations: the service that makes one, and when a directorship's next one is due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext

from changes.services import change_set
from core.actors import ANSWER, Actor
from core.errors import Conflict, InvalidRequest
from journeys.models import Journey
from ownership.access import require_self
from ownership.models import Attestation, Directorship
from ownership.thresholds import thresholds
from people.models import Person
from workspaces.queries import today_in, workspace_by_id

REMIND_DAYS = 14  # how long before it is due the inbox asks for an attestation


def attestation_make(
    *,
    directorship: Directorship,
    last_met_customer_on: date | None = None,
    note: str = "",
    actor: Actor,
) -> Attestation:
    """Attest that the actor still directs a stage, and that its map is true.

    Allowed for the director. Locks the journey's stream. Raises Conflict `not-the-director` if the directorship isn't
    current, and InvalidRequest if the day is in the future. Logs `attestation.make`.
    """
    actor.require(ANSWER)
    with change_set(
        [directorship.stream_id], action="attestation.make", actor=actor, undoable=False
    ) as recorder:
        row = recorder.reload(directorship)
        require_self(actor, row.person)
        if not row.is_current:
            raise Conflict(
                gettext("You don’t direct this stage, so you can’t attest for it."),
                code="not-the-director",
            )
        if last_met_customer_on and last_met_customer_on > today_in(row.workspace_id):
            raise InvalidRequest.at(
                "/last_met_customer_on",
                "range",
                gettext("This day is in the future. Enter the day on which you met a customer."),
            )
        return recorder.add(
            Attestation(
                stream_id=row.stream_id,
                directorship=row,
                made_at=recorder.at,
                last_met_customer_on=last_met_customer_on,
                note=note,
            )
        )


@dataclass(frozen=True)
class Review:
    """A current directorship of a live stage, its latest attestation, and when the next one is due.

    The next one is due no later than the last day of the term. After that day, attesting doesn't resolve the flag.
    """

    directorship: Directorship
    latest: Attestation | None
    due_on: date
    today: date

    @property
    def is_overdue(self) -> bool:
        return self.due_on < self.today

    @property
    def is_end_of_term(self) -> bool:
        return self.due_on == self.directorship.term_until


def reviews_to_make(person: Person) -> list[Review]:
    """Return the reviews that are due within REMIND_DAYS, or overdue, of a person's live stages. Runs three queries.

    The most urgent come first. The days are those of the workspace's time zone, as in the rule OWN-10. Call it
    inside tenant_scope().
    """
    rows = Directorship.objects.filter(
        workspace=person.workspace_id,
        person=person,
        accepted_at__isnull=False,
        ended_at=None,
        stage__journey__status=Journey.Status.LIVE,
        stage__journey__state=Journey.State.CURRENT,
        stage__journey__is_template=False,
    ).select_related("stage__journey")
    workspace = workspace_by_id(person.workspace_id)
    zone = ZoneInfo(workspace.time_zone)
    cadence = timedelta(days=thresholds(workspace)["attestation_days"])
    today = timezone.localdate(timezone=zone)
    latest = latest_attestations(row.pk for row in rows)
    reviews = []
    for row in rows:
        attested = latest.get(row.pk)
        since = attested.made_at if attested else row.accepted_at
        due_on = timezone.localdate(since, timezone=zone) + cadence
        due_on = min(due_on, row.term_until or due_on)
        if due_on <= today + timedelta(days=REMIND_DAYS):
            reviews.append(Review(row, attested, due_on, today))
    return sorted(reviews, key=lambda review: review.due_on)


def latest_attestations(directorship_ids: Iterable[UUID]) -> dict[UUID, Attestation]:
    """Return the latest attestation of each of these directorships, by directorship id. Runs one query."""
    rows = Attestation.objects.filter(directorship__in=list(directorship_ids))
    newest_first = rows.order_by("directorship", "-made_at", "-pk").distinct("directorship")
    return {row.directorship_id: row for row in newest_first}
