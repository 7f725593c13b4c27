"""OWN-01: nobody has agreed to direct a stage."""

from django.utils.translation import gettext_lazy as _

from ownership.rules.base import CURRENT_DIRECTORSHIP, JOURNEY_IN_SCOPE, Rule

RULE = Rule(
    code="OWN-01",
    title=_("Vacant"),
    explanation=_(
        "Nobody is responsible for this stage and for what happens to customers in it. Propose a "
        "director, or claim the stage."
    ),
    subject="stage",
    sql=f"""
        SELECT st.stream_id, st.id,
            CASE j.status WHEN 'live' THEN 'critical' ELSE 'warn' END, '{{}}'::jsonb
        FROM journeys_stage st
        JOIN journeys_journey j ON j.id = st.journey_id
        WHERE {JOURNEY_IN_SCOPE} AND NOT EXISTS (
            SELECT 1 FROM ownership_directorship d WHERE d.stage_id = st.id AND {CURRENT_DIRECTORSHIP})
    """,
)
