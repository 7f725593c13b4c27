"""OWN-19: a department claims many stages of others in a short time."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.stage_facts import STAGE_FACT_TYPES

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
    reads=STAGE_FACT_TYPES | {"claim", "department"},
    # The stream of the directory has the id of the workspace.
    sql="""
        SELECT department.stream_id, department.id, 'warn', '{}'::jsonb
        FROM people_department department
        JOIN (
            SELECT c.department_id
            FROM ownership_claim c
            JOIN audit_stage stage ON stage.stage_id = c.stage_id AND stage.is_live
            WHERE c.kind = 'claim' AND c.ended_at IS NULL
                AND c.made_at > %(now)s - make_interval(days => %(grab_days)s)
                AND (c.department_id <> ALL (stage.staffing)
                    OR stage.director_id IS NOT NULL
                    AND c.department_id <> ALL (coalesce(stage.home, '{}')))
            GROUP BY c.department_id
            HAVING count(DISTINCT c.stage_id) > %(grab_stages)s
        ) AS grab ON grab.department_id = department.id
        WHERE %(streams)s::uuid[] IS NULL OR department.stream_id = ANY(%(streams)s::uuid[])
    """,
)
