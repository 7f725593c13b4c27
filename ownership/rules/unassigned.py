"""OWN-18: a touchpoint is in the lane `unassigned`, so its department is unknown."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.base import JOURNEY_IN_SCOPE

RULE = Rule(
    code="OWN-18",
    title=_("Unassigned"),
    explanation=_(
        "No department is assigned to this touchpoint. Move it to a department’s lane, or to the "
        "customer’s own lane."
    ),
    why=_(
        "A touchpoint without a department has nobody who can change it, and it’s missing from the "
        "figures of every department."
    ),
    method=_("The touchpoint is in the lane for touchpoints without a department."),
    remedy=_(
        "Move it to the lane of the department that customers deal with, or to the customer’s own "
        "lane."
    ),
    subject="touchpoint",
    reads=frozenset({"journey", "touchpoint", "lane"}),
    sql=f"""
        SELECT t.stream_id, t.id, 'warn', '{{}}'::jsonb
        FROM touchpoints_touchpoint t
        JOIN journeys_lane l ON l.id = t.lane_id AND l.kind = 'unassigned'
        JOIN journeys_journey j ON j.id = l.journey_id
        WHERE {JOURNEY_IN_SCOPE}
    """,
)
