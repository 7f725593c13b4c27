"""OWN-19: a department claims many stages of others in a short time."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.base import CURRENT_DIRECTORSHIP, HOME, LIVE_JOURNEY

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
    # The stream of the directory has the id of the workspace.
    sql=f"""
        WITH {HOME}, recent AS (
            SELECT c.department_id, c.stage_id,
                coalesce(bool_or(l.department_id = c.department_id), FALSE) AS is_own,
                coalesce(bool_or(l.department_id <> c.department_id), FALSE) AS is_others
            FROM ownership_claim c
            JOIN journeys_journey j ON j.id = c.stream_id
            LEFT JOIN journeys_step sp ON sp.stage_id = c.stage_id
            LEFT JOIN touchpoints_touchpoint t ON t.step_id = sp.id
            LEFT JOIN journeys_lane l ON l.id = t.lane_id
            WHERE c.kind = 'claim' AND c.ended_at IS NULL AND {LIVE_JOURNEY}
                AND c.made_at > %(now)s - make_interval(days => %(grab_days)s)
                AND (%(streams)s::uuid[] IS NULL OR c.workspace_id = ANY(%(streams)s::uuid[]))
            GROUP BY c.department_id, c.stage_id
        )
        SELECT department.stream_id, department.id, 'warn', '{{}}'::jsonb
        FROM recent
        JOIN people_department department ON department.id = recent.department_id
        LEFT JOIN ownership_directorship d ON d.stage_id = recent.stage_id AND {CURRENT_DIRECTORSHIP}
        LEFT JOIN home ON home.person_id = d.person_id
        WHERE recent.is_others AND NOT recent.is_own
            OR d.id IS NOT NULL AND recent.department_id <> ALL (coalesce(home.departments, '{{}}'))
        GROUP BY department.id
        HAVING count(*) > %(grab_stages)s
    """,
)
