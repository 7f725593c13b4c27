"""Queries for a person's call sheet: what is contested, and what is due. Call them inside tenant_scope()."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.text import Text
from journeys.models import Stage
from notifications.models import Notice
from notifications.queries import open_notices
from ownership.attestations import reviews_to_make
from ownership.models import Case, Contest, Directorship, HandOff
from people.models import Person
from workspaces.access import member_actor
from workspaces.queries import time_zone_of

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Duty:
    """Something that a person has to do about a stage. It already waits if it has no due date."""

    label: Text
    stage: Stage
    url: str
    due_on: date | None
    is_overdue: bool


@dataclass(frozen=True)
class CallSheet:
    """A person's open contests, and the duties that are due within a week, the most urgent first."""

    contests: list[Contest]
    duties: list[Duty]
    later_count: int  # duties that are due after this week

    def __bool__(self) -> bool:
        return bool(self.contests or self.duties or self.later_count)


def call_sheet(person: Person) -> CallSheet:
    """Return a person's call sheet. The duties are those in the person's inbox. The number of queries is fixed."""
    contests = Contest.objects.filter(
        settled_at=None, parties__person=person, parties__left_at=None
    ).select_related("stage__journey")
    today = timezone.localdate(timezone=time_zone_of(person.workspace_id))
    duties = [*_reviews(person), *_waiting(person, today)]
    duties.sort(key=lambda duty: (duty.due_on is None, duty.due_on or today))
    this_week = [duty for duty in duties if duty.due_on is None or duty.due_on <= today + WEEK]
    return CallSheet(
        list(contests.order_by("opened_at", "pk")), this_week, len(duties) - len(this_week)
    )


def _reviews(person: Person) -> Iterator[Duty]:
    for review in reviews_to_make(person):
        stage = review.directorship.stage
        yield Duty(
            _("Term ends") if review.is_end_of_term else _("Attestation"),
            stage,
            reverse("stage_owner", args=[stage.pk]),
            review.due_on,
            review.is_overdue,
        )


def _waiting(person: Person, today: date) -> Iterator[Duty]:
    """Return the proposals, cases and hand-offs that a person has open notices about."""
    if person.member is None:
        return
    notices = {
        (row.subject_type, row.subject_id): row
        for row in open_notices(
            member_actor(person.member),
            subject_type__in=[Directorship.slug, Case.slug, HandOff.slug],
        )
    }
    ids = [subject_id for _slug, subject_id in notices]
    proposals = Directorship.objects.filter(pk__in=ids).select_related("stage__journey")
    for row in proposals.order_by("proposed_at"):
        url = reverse("stage_owner", args=[row.stage_id])
        yield Duty(_("Asked to direct"), row.stage, url, None, is_overdue=False)
    for case in Case.objects.filter(pk__in=ids).select_related("stage__journey"):
        label = _("Case to close") if case.answered_at else _("Case to answer")
        due_on = None if case.answered_at else case.due_on
        is_overdue = due_on is not None and due_on < today
        yield Duty(label, case.stage, case.get_absolute_url(), due_on, is_overdue)
    for handoff in HandOff.objects.filter(pk__in=ids).select_related("to_stage__journey"):
        due_on = _due_day(notices[HandOff.slug, handoff.pk])
        is_overdue = due_on is not None and due_on < today
        url = handoff.get_absolute_url()
        yield Duty(_("Hand-off to sign"), handoff.to_stage, url, due_on, is_overdue)


def _due_day(notice: Notice) -> date | None:
    zone = time_zone_of(notice.workspace_id)
    return timezone.localdate(notice.due, timezone=zone) if notice.due else None
