"""OWN-06: the director's departments have no touchpoint in the stage."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.base import (
    CURRENT_DIRECTORSHIP,
    HOME,
    LIVE_JOURNEY_IN_SCOPE,
    STAFFED_DIRECTORSHIPS,
)

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
    reads=frozenset({"journey", "directorship", "placement", "step", "touchpoint", "lane"}),
    sql=f"""
        WITH {HOME}
        SELECT d.stream_id, d.stage_id, 'info', jsonb_build_object('person', d.person_id)
        FROM {STAFFED_DIRECTORSHIPS}
        WHERE {CURRENT_DIRECTORSHIP} AND {LIVE_JOURNEY_IN_SCOPE} AND home.person_id IS NOT NULL
        GROUP BY d.id
        HAVING NOT bool_or(l.department_id = ANY (home.departments))
    """,
)
