"""OWN-14: a promise is broken or a measure off target in a vacant or contested stage."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.base import CURRENT_DIRECTORSHIP, LIVE_JOURNEY_IN_SCOPE

RULE = Rule(
    code="OWN-14",
    title=_("Broken and unowned"),
    explanation=_(
        "A promise is broken or a measure is off target here, and nobody is clearly responsible. "
        "Decide who is, first."
    ),
    why=_(
        "Customers don’t get what they were promised, the company knows it, and there is nobody whose "
        "task it is to change that."
    ),
    method=_(
        "A live stage tests a promise that is broken, or has a measure that misses its target, and "
        "the stage has no director or an open contest."
    ),
    remedy=_(
        "Propose a director, or decide the contest. Then ask the new director for a plan for this "
        "promise or measure."
    ),
    subject="stage",
    reads=frozenset({"journey", "stage", "step", "promise", "measure", "directorship", "contest"}),
    sql=f"""
        SELECT st.journey_id, st.id, 'critical', jsonb_build_object(
            'promises', coalesce(jsonb_agg(failing.id ORDER BY failing.id)
                FILTER (WHERE failing.is_promise), '[]'),
            'measures', coalesce(jsonb_agg(failing.id ORDER BY failing.id)
                FILTER (WHERE NOT failing.is_promise), '[]'))
        FROM (
            SELECT promise.id, promise.tested_in_id AS step_id, TRUE AS is_promise
            FROM touchpoints_promise promise WHERE promise.status = 'broken'
            UNION ALL
            SELECT measure.id, measure.step_id, FALSE
            FROM journeys_measure measure
            WHERE CASE measure.better WHEN 'lower' THEN measure.value > measure.target
                ELSE measure.value < measure.target END
        ) AS failing
        JOIN journeys_step sp ON sp.id = failing.step_id
        JOIN journeys_stage st ON st.id = sp.stage_id
        JOIN journeys_journey j ON j.id = st.journey_id
        WHERE {LIVE_JOURNEY_IN_SCOPE} AND (
            NOT EXISTS (
                SELECT FROM ownership_directorship d
                WHERE d.stage_id = st.id AND {CURRENT_DIRECTORSHIP})
            OR EXISTS (
                SELECT FROM ownership_contest contest
                WHERE contest.stage_id = st.id AND contest.settled_at IS NULL))
        GROUP BY st.id
    """,
)
