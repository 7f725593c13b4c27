"""OWN-03: a stage's director is absent, and no deputy stands in."""

from django.utils.translation import gettext_lazy as _

from ownership.rules.absence import ABSENT_DIRECTORS_SQL
from ownership.rules.base import JOURNEY_IN_SCOPE, Rule

RULE = Rule(
    code="OWN-03",
    title=_("Orphaned"),
    explanation=_(
        "The director has left, can no longer sign in, or is not in an active department, and no "
        "deputy stands in. Hand the stage over to someone else, or end the directorship."
    ),
    subject="stage",
    sql=f"""
        SELECT absent.stream_id, absent.stage_id, 'critical',
            jsonb_build_object('person', absent.person_id, 'left_on', absent.left_on)
        FROM ({ABSENT_DIRECTORS_SQL}) AS absent
        JOIN journeys_journey j ON j.id = absent.stream_id
        WHERE {JOURNEY_IN_SCOPE}
    """,
)
