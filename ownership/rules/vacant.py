"""OWN-01: nobody has agreed to direct a stage. Less severe if somebody claims it."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.stage_facts import STAGE_FACT_TYPES

RULE = Rule(
    code="OWN-01",
    title=_("Vacant"),
    explanation=_(
        "Nobody is responsible for this stage and for what happens to customers in it. Propose a "
        "director, or claim the stage. If somebody claims it, propose them, so that they can accept."
    ),
    why=_(
        "Without a director, nobody notices when customers get stuck here, and nobody may decide what "
        "to change. Complaints go round in circles."
    ),
    method=_(
        "A stage is vacant if it has no directorship that was accepted and hasn’t ended. It’s "
        "critical in a live journey, and a warning in a draft."
    ),
    remedy=_(
        "If you’re the producer or the sponsor, propose a director. If the stage is your "
        "department’s, claim it."
    ),
    subject="stage",
    reads=STAGE_FACT_TYPES | {"claim"},
    sql="""
        SELECT stage.journey_id, stage.stage_id,
            CASE WHEN j.status = 'live' AND NOT EXISTS (
                SELECT FROM ownership_claim claim
                WHERE claim.stage_id = stage.stage_id AND claim.kind = 'claim'
                    AND claim.ended_at IS NULL)
                THEN 'critical' ELSE 'warn' END,
            '{}'::jsonb
        FROM audit_stage stage
        JOIN journeys_journey j ON j.id = stage.journey_id
        WHERE stage.director_id IS NULL AND stage.is_in_scope
    """,
)
