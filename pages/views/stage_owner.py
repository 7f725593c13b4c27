"""The page that says who answers for a stage, and who has before."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.actors import APPOINT, RULE
from journeys.access import get_stage
from ownership.access import may_appoint, may_claim, person_of
from ownership.candidates import find_casting_call
from ownership.models import Appointment
from ownership.queries import current_appointments, find_appointer, stage_ownership
from ownership.volunteers import find_open_offer
from pages.queries.handoffs import handoff_rows, handoffs_of_stage
from pages.queries.stage_owner import past_of_stage
from workspaces.page_views import WorkspacePageView
from workspaces.queries import first_admin

SPONSOR = Appointment.Office.SPONSOR


class StageOwnerView(WorkspacePageView):
    """Shows a stage's director with the mandate and deputies, what can be done, and who has held the stage."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        stage = get_stage(self.caller, record_id)
        actor = self.enter_workspace(stage.workspace_id)
        offices = current_appointments([stage.journey_id]).get(stage.journey_id, {})
        admin = None if actor.can(APPOINT) else first_admin(stage.workspace_id)
        me = person_of(actor)
        sponsor = offices[SPONSOR].person if SPONSOR in offices else None
        held, refused = past_of_stage(stage)
        context = {
            "stage": stage,
            "journey": stage.journey,
            "own": stage_ownership([stage.journey_id], [stage.pk])[stage.pk],
            "is_open": True,
            "me": me,
            "may_appoint": may_appoint(actor, stage.journey_id),
            "may_open_case": actor.can(RULE),
            "may_claim": may_claim(actor, me),
            "sponsor": sponsor,
            "may_agree": sponsor is not None and sponsor == me,
            "appointer": find_appointer(offices, admin),
            "casting": find_casting_call(stage),
            "my_offer": find_open_offer(stage, me),
            "held": held,
            "refused": refused,
            "handoffs": handoff_rows(
                handoffs_of_stage(stage.journey_id, stage.pk), stage.journey_id, actor
            ),
        }
        return render(request, "ownership/stage_owner.html", context)
