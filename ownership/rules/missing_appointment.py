"""OWN-12: a live journey has no producer (critical) or no sponsor (warning)."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.base import JOURNEY_IN_SCOPE

RULE = Rule(
    code="OWN-12",
    title=_("No producer or sponsor"),
    explanation=_(
        "This live journey has no producer (responsible for the whole journey) or no sponsor "
        "(the executive who backs it). Appoint one."
    ),
    why=_(
        "The producer fills vacant stages, and the sponsor settles what the producer can’t. Without "
        "them, flags of this journey reach nobody who can decide."
    ),
    method=_("A live journey has no producer (critical) or no sponsor (warning)."),
    remedy=_(
        "Appoint them on the journey’s page. An admin can appoint both; a sponsor can appoint the "
        "producer."
    ),
    subject="journey",
    reads=frozenset({"journey", "appointment"}),
    sql=f"""
        SELECT j.stream_id, j.id,
            CASE WHEN bool_or(a.office = 'producer') THEN 'warn' ELSE 'critical' END,
            jsonb_build_object('missing', to_jsonb(array_remove(ARRAY[
                CASE WHEN bool_or(a.office = 'producer') THEN NULL ELSE 'producer' END,
                CASE WHEN bool_or(a.office = 'sponsor') THEN NULL ELSE 'sponsor' END], NULL)))
        FROM journeys_journey j
        LEFT JOIN ownership_appointment a ON a.journey_id = j.id AND a.ended_at IS NULL
        WHERE j.status = 'live' AND {JOURNEY_IN_SCOPE}
        GROUP BY j.stream_id, j.id
        HAVING count(DISTINCT a.office) < 2
    """,
)
