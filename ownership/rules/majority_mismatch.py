"""OWN-07: another department than the director's has most of a stage's touchpoints."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.stage_facts import LIVE_STAGE_IN_SCOPE, STAGE_FACT_TYPES

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
    reads=STAGE_FACT_TYPES,
    # The second condition skips the subquery for stages that only the director's own departments serve.
    sql=f"""
        SELECT stage.journey_id, stage.stage_id, 'warn',
            jsonb_build_object('department', majority.department_id)
        FROM audit_stage stage
        CROSS JOIN LATERAL (
            SELECT department_id FROM unnest(stage.staffing) AS department_id
            GROUP BY department_id
            HAVING count(*) * 100 > cardinality(stage.staffing) * %(majority_percent)s
        ) AS majority
        WHERE {LIVE_STAGE_IN_SCOPE} AND stage.director_id IS NOT NULL
            AND NOT coalesce(stage.staffing <@ stage.home, FALSE)
            AND majority.department_id <> ALL (coalesce(stage.home, '{{}}'))
    """,
)
