"""OWN-19: a department claims many stages of others in a short time."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.base import CURRENT_DIRECTORSHIP, CURRENT_PLACEMENT, LIVE_JOURNEY

RULE = Rule(
    code="OWN-19",
    title=_("Land grab"),
    explanation=_(
        "This department claims many stages that other departments direct or serve. Find out what it "
        "wants before its claims are decided one by one."
    ),
    why=_(
        "Many claims at once are rarely about one stage. Decided one by one, they can shift power "
        "between departments without anyone having decided that."
    ),
    method=_(
        "Within {grab_days}, people have claimed for this department more than {grab_stages} of live "
        "journeys that somebody of another department directs, or that only other departments serve. "
        "Claims that have ended don’t count."
    ),
    remedy=_(
        "Talk with the heads of the departments. The ombudsman decides contests; the sponsor can "
        "decide about the journey as a whole."
    ),
    thresholds=("grab_stages", "grab_days"),
    subject="department",
    reads=frozenset(
        {
            "journey",
            "claim",
            "directorship",
            "placement",
            "department",
            "step",
            "touchpoint",
            "lane",
        }
    ),
    sql=f"""
        SELECT department.stream_id, department.id, 'warn', '{{}}'::jsonb
        FROM ownership_claim c
        JOIN people_department department ON department.id = c.department_id
        JOIN journeys_journey j ON j.id = c.stream_id
        CROSS JOIN LATERAL (
            SELECT coalesce(bool_or(l.department_id = c.department_id), FALSE) AS is_own,
                coalesce(bool_or(l.department_id <> c.department_id), FALSE) AS is_others
            FROM journeys_step sp
            JOIN touchpoints_touchpoint t ON t.step_id = sp.id
            JOIN journeys_lane l ON l.id = t.lane_id
            WHERE sp.stage_id = c.stage_id
        ) AS served
        WHERE c.kind = 'claim' AND c.ended_at IS NULL AND {LIVE_JOURNEY}
            AND c.made_at > %(now)s - make_interval(days => %(grab_days)s)
            AND (%(streams)s::uuid[] IS NULL OR department.stream_id = ANY(%(streams)s::uuid[]))
            AND (served.is_others AND NOT served.is_own OR EXISTS (
                SELECT FROM ownership_directorship d
                WHERE d.stage_id = c.stage_id AND {CURRENT_DIRECTORSHIP} AND NOT EXISTS (
                    SELECT FROM people_placement pl
                    WHERE pl.person_id = d.person_id AND pl.department_id = c.department_id
                        AND {CURRENT_PLACEMENT})))
        GROUP BY department.id
        HAVING count(DISTINCT c.stage_id) > %(grab_stages)s
    """,
)
