"""OWN-17: nothing in a live stage has changed for a long time."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.base import LIVE_JOURNEY_IN_SCOPE

RULE = Rule(
    code="OWN-17",
    title=_("Neglected"),
    explanation=_(
        "Nothing in this live stage has changed for a long time. Check whether the map still shows "
        "what customers go through."
    ),
    why=_(
        "Products, shops and letters change every month. A stage that never changes on the map is "
        "more likely forgotten than perfect."
    ),
    method=_(
        "For {neglected_days}, nobody has changed the stage, its steps, touchpoints, promises or "
        "measures, nobody has become its director, and its director hasn’t attested."
    ),
    remedy=_(
        "Walk through the stage as a customer, correct the map, and attest. If customers no longer "
        "pass through it, remove it."
    ),
    thresholds=("neglected_days",),
    subject="stage",
    reads=frozenset(
        {
            "journey",
            "stage",
            "step",
            "touchpoint",
            "promise",
            "measure",
            "directorship",
            "attestation",
        }
    ),
    sql=f"""
        SELECT st.journey_id, st.id, 'info', '{{}}'::jsonb
        FROM journeys_stage st
        JOIN journeys_journey j ON j.id = st.journey_id
        CROSS JOIN (
            SELECT %(now)s - make_interval(days => %(neglected_days)s) AS at
        ) AS cutoff
        WHERE {LIVE_JOURNEY_IN_SCOPE} AND st.updated_at < cutoff.at
            AND NOT EXISTS (
                SELECT FROM journeys_step sp WHERE sp.stage_id = st.id AND sp.updated_at >= cutoff.at)
            AND NOT EXISTS (
                SELECT FROM touchpoints_touchpoint t JOIN journeys_step sp ON sp.id = t.step_id
                WHERE sp.stage_id = st.id AND t.updated_at >= cutoff.at)
            AND NOT EXISTS (
                SELECT FROM touchpoints_promise promise JOIN journeys_step sp ON sp.id = promise.tested_in_id
                WHERE sp.stage_id = st.id AND promise.updated_at >= cutoff.at)
            AND NOT EXISTS (
                SELECT FROM journeys_measure measure JOIN journeys_step sp ON sp.id = measure.step_id
                WHERE sp.stage_id = st.id AND measure.updated_at >= cutoff.at)
            AND NOT EXISTS (
                SELECT FROM ownership_directorship d
                LEFT JOIN ownership_attestation attestation ON attestation.directorship_id = d.id
                WHERE d.stage_id = st.id AND greatest(d.updated_at, attestation.made_at) >= cutoff.at)
    """,
)
