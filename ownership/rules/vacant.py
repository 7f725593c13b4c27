"""OWN-01: nobody has agreed to direct a stage."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.base import JOURNEY_IN_SCOPE, STANDING_TYPES

RULE = Rule(
    code="OWN-01",
    title=_("Vacant"),
    explanation=_(
        "Nobody is responsible for this stage and for what happens to customers in it. Propose a "
        "director, or claim the stage."
    ),
    subject="stage",
    reads=STANDING_TYPES,
    sql=f"""
        SELECT standing.journey_id, standing.stage_id,
            CASE j.status WHEN 'live' THEN 'critical' ELSE 'warn' END, '{{}}'::jsonb
        FROM ownership_standing AS standing
        JOIN journeys_journey j ON j.id = standing.journey_id
        WHERE standing.director_id IS NULL AND {JOURNEY_IN_SCOPE}
    """,
)
