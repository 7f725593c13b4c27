"""OWN-06: the director's departments have no touchpoint in the stage."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.base import CURRENT_DIRECTORSHIP, CURRENT_PLACEMENT, LIVE_JOURNEY_IN_SCOPE

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
        WITH home AS MATERIALIZED (
            SELECT pl.person_id, array_agg(pl.department_id) AS departments
            FROM people_placement pl WHERE {CURRENT_PLACEMENT} GROUP BY pl.person_id
        )
        SELECT d.stream_id, d.stage_id, 'info', jsonb_build_object('person', d.person_id)
        FROM ownership_directorship d
        JOIN journeys_journey j ON j.id = d.stream_id
        JOIN home ON home.person_id = d.person_id
        JOIN (
            SELECT sp.stage_id, array_agg(DISTINCT l.department_id) AS departments
            FROM touchpoints_touchpoint t
            JOIN journeys_step sp ON sp.id = t.step_id
            JOIN journeys_lane l ON l.id = t.lane_id AND l.department_id IS NOT NULL
            WHERE %(streams)s::uuid[] IS NULL OR t.stream_id = ANY(%(streams)s::uuid[])
            GROUP BY sp.stage_id
        ) AS staffed ON staffed.stage_id = d.stage_id
        WHERE {CURRENT_DIRECTORSHIP} AND {LIVE_JOURNEY_IN_SCOPE}
            AND NOT staffed.departments && home.departments
    """,
)
