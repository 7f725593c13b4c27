"""OWN-07: another department than the director's has most of a stage's touchpoints."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.base import (
    CURRENT_DIRECTORSHIP,
    HOME,
    LIVE_JOURNEY_IN_SCOPE,
    STAFFED_DIRECTORSHIPS,
)

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
    # The department with the majority is looked up only where the director's own departments have too few.
    sql=f"""
        WITH {HOME}, foreign_stage AS MATERIALIZED (
            SELECT d.stream_id, d.stage_id, d.person_id, count(*) AS total
            FROM {STAFFED_DIRECTORSHIPS}
            WHERE {CURRENT_DIRECTORSHIP} AND {LIVE_JOURNEY_IN_SCOPE}
            GROUP BY d.id
            HAVING count(*) FILTER (WHERE l.department_id = ANY (home.departments)) * 100
                < count(*) * (100 - %(majority_percent)s)
        )
        SELECT foreign_stage.stream_id, foreign_stage.stage_id, 'warn',
            jsonb_build_object('department', majority.department_id)
        FROM foreign_stage
        LEFT JOIN home USING (person_id)
        CROSS JOIN LATERAL (
            SELECT l.department_id
            FROM journeys_step sp
            JOIN touchpoints_touchpoint t ON t.step_id = sp.id
            JOIN journeys_lane l ON l.id = t.lane_id
            WHERE sp.stage_id = foreign_stage.stage_id AND l.department_id IS NOT NULL
            GROUP BY l.department_id
            HAVING count(*) * 100 > foreign_stage.total * %(majority_percent)s
        ) AS majority
        WHERE majority.department_id <> ALL (coalesce(home.departments, '{{}}'))
    """,
)
