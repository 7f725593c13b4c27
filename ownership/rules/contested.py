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
    why=_(
        "Where two people decide, each waits for the other, or one undoes what the other has done. "
        "Customers notice."
    ),
    method=_(
        "Two or more people claim the stage. Its director counts as one of them. After "
        "{contested_days}, the flag becomes critical."
    ),
    remedy=_(
        "Open the contest, state your case and talk. If you don’t agree, an ombudsman or the "
        "journey’s sponsor decides."
    ),
    thresholds=("contested_days", "talk_days"),
    subject="stage",
    reads=STANDING_TYPES,
    # Materialized, because the time since which a stage is contested is used twice.
    sql=f"""
        WITH contested AS MATERIALIZED (
            SELECT journey_id, stage_id, claimants, contested_since FROM ownership_claimants
            WHERE is_contested
                AND (%(streams)s::uuid[] IS NULL OR journey_id = ANY(%(streams)s::uuid[]))
        )
        SELECT contested.journey_id, contested.stage_id,
            CASE WHEN contested.contested_since
                < %(now)s - make_interval(days => %(contested_days)s)
                THEN 'critical' ELSE 'warn' END,
            jsonb_build_object('since', contested.contested_since, 'persons', (
                SELECT jsonb_agg(person ORDER BY person)
                FROM unnest(contested.claimants) AS person))
        FROM contested
        JOIN journeys_journey j ON j.id = contested.journey_id
        WHERE {JOURNEY_IN_SCOPE}
    """,
)
