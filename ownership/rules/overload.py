"""OWN-11: a person directs too many live stages."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.base import CURRENT_DIRECTORSHIP, LIVE_JOURNEY

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
    reads=frozenset({"journey", "directorship", "person"}),
    # The stream of the directory has the id of the workspace.
    sql=f"""
        SELECT p.stream_id, p.id, 'info', '{{}}'::jsonb
        FROM people_person p
        JOIN ownership_directorship d ON d.person_id = p.id AND {CURRENT_DIRECTORSHIP}
        JOIN journeys_journey j ON j.id = d.stream_id
        WHERE {LIVE_JOURNEY}
            AND (%(streams)s::uuid[] IS NULL OR d.workspace_id = ANY(%(streams)s::uuid[]))
        GROUP BY p.id
        HAVING count(*) > %(overload_stages)s
    """,
)
