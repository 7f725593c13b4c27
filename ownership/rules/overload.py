"""OWN-11: a person directs too many live stages."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.stage_facts import STAGE_FACT_TYPES

RULE = Rule(
    code="OWN-11",
    title=_("Overload"),
    explanation=_(
        "This person directs more live stages than one person can really answer for. Hand some of them over."
    ),
    why=_(
        "Who directs everything directs nothing: each stage gets a few minutes a month, and customers "
        "wait."
    ),
    method=_(
        "A person directs more than {overload_stages} in live journeys that show the current state."
    ),
    remedy=_(
        "Find the stages that somebody else is closer to, and hand them over. Name deputies for the "
        "others."
    ),
    thresholds=("overload_stages",),
    subject="person",
    reads=STAGE_FACT_TYPES | {"person"},
    # The stream of the directory has the id of the workspace.
    sql="""
        SELECT person.stream_id, person.id, 'info', '{}'::jsonb
        FROM people_person person
        JOIN (
            SELECT director_id FROM audit_stage WHERE is_live
            GROUP BY director_id
            HAVING count(*) > %(overload_stages)s
        ) AS busy ON busy.director_id = person.id
        WHERE %(streams)s::uuid[] IS NULL OR person.stream_id = ANY(%(streams)s::uuid[])
    """,
)
