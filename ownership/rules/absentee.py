"""OWN-06: the director's departments have no touchpoint in the stage."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.stage_facts import LIVE_STAGE_IN_SCOPE, STAGE_FACT_TYPES

RULE = Rule(
    code="OWN-06",
    title=_("Absentee"),
    explanation=_(
        "The director’s department has no contact with customers in this stage. Check whether they’re "
        "the right person, or show their part on the map."
    ),
    why=_(
        "Who never meets the customers of a stage learns late what goes wrong in it, and has to ask "
        "others for every change."
    ),
    method=_(
        "Departments have touchpoints in the stage, but none of the director’s current departments "
        "does."
    ),
    remedy=_(
        "Hand the stage over to someone whose department serves it. If the map is incomplete, add the "
        "missing touchpoints."
    ),
    subject="stage",
    reads=STAGE_FACT_TYPES,
    sql=f"""
        SELECT stage.journey_id, stage.stage_id, 'info',
            jsonb_build_object('person', stage.director_id)
        FROM audit_stage stage
        WHERE {LIVE_STAGE_IN_SCOPE} AND NOT stage.staffing && stage.home
    """,
)
