"""Record overdue cases in the log, so that webhooks can report them.

Pages and notices don't read `missed_due_on`. They compare the due date with the current day.
"""

from collections import defaultdict
from uuid import UUID

from django.db.models import F, Q, QuerySet

from changes.services import change_set
from core.tenancy import tenant_scope
from ownership.models import Case
from workspaces.access import system_actor
from workspaces.queries import today_in


def cases_record_overdue(workspace_id: UUID) -> None:
    """Set `missed_due_on` of each overdue case to its due date, once for each due date.

    Writes one gesture for each journey, and checks the cases again under the journey's lock. It is therefore idempotent
    and safe to run concurrently. Logs `case.overdue`.
    """
    by_journey: dict[UUID, list[UUID]] = defaultdict(list)
    with tenant_scope([workspace_id]):
        for case_id, journey_id in _unrecorded(workspace_id).values_list("pk", "stream_id"):
            by_journey[journey_id].append(case_id)
    actor = system_actor(workspace_id)
    for journey_id, case_ids in by_journey.items():
        with change_set(
            [journey_id], action="case.overdue", actor=actor, undoable=False
        ) as recorder:
            cases = _unrecorded(workspace_id).filter(pk__in=case_ids)
            recorder.set_many(Case, {case.pk: {"missed_due_on": case.due_on} for case in cases})


def _unrecorded(workspace_id: UUID) -> QuerySet[Case]:
    overdue = Case.objects.filter(
        workspace=workspace_id,
        closed_at=None,
        answered_at=None,
        due_on__lt=today_in(workspace_id),
    )
    return overdue.filter(Q(missed_due_on=None) | ~Q(missed_due_on=F("due_on"))).order_by("pk")
