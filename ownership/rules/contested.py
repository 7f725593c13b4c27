"""OWN-04: two or more people claim a stage. A directorship counts as its holder's claim."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.base import JOURNEY_IN_SCOPE, STANDING_TYPES

RULE = Rule(
    code="OWN-04",
    title=_("Contested"),
    explanation=_(
        "Two or more people say that this stage is theirs. Until this is settled, nobody is clearly "
        "responsible for the customer. Ask each of them for their reasons, then decide."
    ),
    subject="stage",
    reads=STANDING_TYPES,
    # With `claimed_in_id`, PostgreSQL looks only at stages that others than the director claim, and
    # an audit of few journeys groups only their claims.
    sql=f"""
        SELECT standing.journey_id, standing.stage_id,
            CASE WHEN standing.since < %(now)s - make_interval(days => %(contested_days)s)
                THEN 'critical' ELSE 'warn' END,
            jsonb_build_object('since', standing.since, 'persons', (
                SELECT jsonb_agg(person ORDER BY person)
                FROM unnest(standing.claimants) AS person))
        FROM ownership_standing AS standing
        JOIN journeys_journey j ON j.id = standing.claimed_in_id
        WHERE standing.state = 'contested' AND {JOURNEY_IN_SCOPE}
            AND (%(streams)s::uuid[] IS NULL OR standing.claimed_in_id = ANY(%(streams)s::uuid[]))
    """,
)
