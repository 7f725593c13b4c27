"""OWN-03: a stage's director is absent and has no deputy."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.base import JOURNEY_IN_SCOPE, STANDING_TYPES

RULE = Rule(
    code="OWN-03",
    title=_("Orphaned"),
    explanation=_(
        "The director has left, can no longer sign in, or isn’t in an active department, and there is "
        "no deputy. Hand the stage over to someone else, or end the directorship."
    ),
    why=_(
        "The name on the stage is of someone who can no longer act. Everyone else believes that the "
        "stage is in good hands."
    ),
    method=_(
        "The director’s last day has passed, their login is disabled, or they aren’t placed in any "
        "active department today, and no deputy’s term includes today."
    ),
    remedy=_(
        "Hand the stage over to someone else, or end the directorship so that it can be filled. For "
        "an absence, name a deputy."
    ),
    subject="stage",
    reads=STANDING_TYPES,
    # Filter the view by its own column, too. Otherwise, a run over a few journeys reads all stages.
    sql=f"""
        SELECT standing.journey_id, standing.stage_id, 'critical',
            jsonb_build_object('person', person.id, 'left_on', person.left_on)
        FROM ownership_standing AS standing
        JOIN people_person AS person ON person.id = standing.director_id
        JOIN journeys_journey j ON j.id = standing.journey_id
        WHERE standing.absence IS NOT NULL AND {JOURNEY_IN_SCOPE}
            AND (%(streams)s::uuid[] IS NULL OR standing.journey_id = ANY(%(streams)s::uuid[]))
    """,
)
