"""OWN-05: an involved department disclaims a stage, and nobody directs or claims it."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.base import CURRENT_DIRECTORSHIP, JOURNEY_IN_SCOPE

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
    reads=frozenset({"journey", "claim", "directorship", "step", "touchpoint", "lane"}),
    # Grouped by stage only. With the journey as the first group key, the planner, which expects
    # one row here, scans all findings again for each journey to sort them.
    sql=f"""
        SELECT (array_agg(c.stream_id))[1], c.stage_id, 'critical', jsonb_build_object(
            'departments', jsonb_agg(DISTINCT c.department_id))
        FROM ownership_claim c
        JOIN journeys_journey j ON j.id = c.stream_id
        JOIN journeys_lane l ON l.journey_id = j.id AND l.department_id = c.department_id
        WHERE c.kind = 'disclaimer' AND c.ended_at IS NULL AND {JOURNEY_IN_SCOPE}
            AND NOT EXISTS (
                SELECT 1 FROM ownership_directorship d
                WHERE d.stage_id = c.stage_id AND {CURRENT_DIRECTORSHIP})
            AND NOT EXISTS (
                SELECT 1 FROM ownership_claim other
                WHERE other.stage_id = c.stage_id AND other.kind = 'claim'
                    AND other.ended_at IS NULL)
            AND EXISTS (
                SELECT 1 FROM journeys_step sp
                JOIN touchpoints_touchpoint t ON t.step_id = sp.id
                WHERE sp.stage_id = c.stage_id AND t.lane_id = l.id)
        GROUP BY c.stage_id
    """,
)
