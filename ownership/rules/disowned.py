"""OWN-05: an involved department disclaims a stage, and nobody directs or claims it."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.stage_facts import STAGE_FACT_TYPES

RULE = Rule(
    code="OWN-05",
    title=_("Disowned"),
    explanation=_(
        "A department that is in contact with customers in this stage says that it isn’t responsible "
        "for it, and nobody else is. Decide who is responsible."
    ),
    why=_(
        "Customers deal with a department that says the stage isn’t its own, and no other department "
        "answers for it."
    ),
    method=_(
        "A department with touchpoints in the stage has disclaimed it, the stage has no director, and "
        "nobody claims it."
    ),
    remedy=_(
        "The journey’s producer or sponsor proposes a director. If the disclaimer was a mistake, "
        "withdraw it."
    ),
    subject="stage",
    reads=STAGE_FACT_TYPES | {"claim"},
    # Grouped by stage only. With the journey as the first group key, the planner, which expects
    # one row here, scans all findings again for each journey to sort them.
    sql="""
        SELECT (array_agg(c.stream_id))[1], c.stage_id, 'critical', jsonb_build_object(
            'departments', jsonb_agg(DISTINCT c.department_id))
        FROM ownership_claim c
        JOIN audit_stage stage ON stage.stage_id = c.stage_id
        WHERE c.kind = 'disclaimer' AND c.ended_at IS NULL AND stage.is_in_scope
            AND stage.director_id IS NULL AND c.department_id = ANY (stage.staffing)
            AND NOT EXISTS (
                SELECT FROM ownership_claim other
                WHERE other.stage_id = c.stage_id AND other.kind = 'claim'
                    AND other.ended_at IS NULL)
        GROUP BY c.stage_id
    """,
)
