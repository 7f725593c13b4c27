"""OWN-07: another department than the director's has most of a stage's touchpoints."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.base import CURRENT_DIRECTORSHIP, CURRENT_PLACEMENT, LIVE_JOURNEY_IN_SCOPE

RULE = Rule(
    code="OWN-07",
    title=_("Majority mismatch"),
    explanation=_(
        "Most of this stage is in the hands of another department than the director’s. Widen the "
        "mandate, or hand the stage over."
    ),
    why=_(
        "The director answers for what another department does. Without a say there, they can only "
        "ask."
    ),
    method=_(
        "One department, in which the director isn’t placed, has more than {majority_percent} of the "
        "stage’s touchpoints. Touchpoints without a department don’t count."
    ),
    remedy=_(
        "Write into the mandate what the director may decide in that department, or hand the stage "
        "over to someone there."
    ),
    thresholds=("majority_percent",),
    subject="stage",
    reads=frozenset({"journey", "directorship", "placement", "step", "touchpoint", "lane"}),
    sql=f"""
        SELECT d.stream_id, d.stage_id, 'warn', jsonb_build_object('department', share.department_id)
        FROM (
            SELECT sp.stage_id, l.department_id, count(*) AS number,
                sum(count(*)) OVER (PARTITION BY sp.stage_id) AS total
            FROM touchpoints_touchpoint t
            JOIN journeys_step sp ON sp.id = t.step_id
            JOIN journeys_lane l ON l.id = t.lane_id AND l.department_id IS NOT NULL
            WHERE %(streams)s::uuid[] IS NULL OR t.stream_id = ANY(%(streams)s::uuid[])
            GROUP BY sp.stage_id, l.department_id
        ) AS share
        JOIN ownership_directorship d ON d.stage_id = share.stage_id AND {CURRENT_DIRECTORSHIP}
        JOIN journeys_journey j ON j.id = d.stream_id
        WHERE share.number * 100 > share.total * %(majority_percent)s AND {LIVE_JOURNEY_IN_SCOPE}
            AND NOT EXISTS (
                SELECT FROM people_placement pl
                WHERE pl.person_id = d.person_id AND pl.department_id = share.department_id
                    AND {CURRENT_PLACEMENT})
    """,
)
