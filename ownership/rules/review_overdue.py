"""OWN-10: a director has not confirmed the directorship and the map within the cadence."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.base import CURRENT_DIRECTORSHIP, LIVE_JOURNEY_IN_SCOPE

RULE = Rule(
    code="OWN-10",
    title=_("Review overdue"),
    explanation=_(
        "For a long time, the director hasn’t attested that they still direct this stage and that its "
        "map is true, or their term has ended. Attest, extend the term, or hand the stage over."
    ),
    why=_(
        "Names and maps get outdated. Regular reviews find stages whose director no longer feels "
        "responsible, and maps that no longer show what customers go through."
    ),
    method=_(
        "More than {attestation_days} have passed since the director’s last attestation or, without "
        "one, since they accepted, or the director’s term has ended. After the same time again, the "
        "flag becomes critical and goes to the producer. Days are those of the workspace’s time zone."
    ),
    remedy=_(
        "If you direct the stage, look at its map, correct what has changed, and attest. If you no "
        "longer direct it, hand it over. If the term has ended, ask the producer to extend it."
    ),
    thresholds=("attestation_days",),
    subject="stage",
    reads=frozenset({"journey", "directorship", "attestation"}),
    sql=f"""
        SELECT review.stream_id, review.stage_id,
            CASE WHEN review.due_on + %(attestation_days)s < %(today)s
                THEN 'critical' ELSE 'warn' END,
            jsonb_build_object('due_on', review.due_on)
        FROM (
            SELECT d.stream_id, d.stage_id,
                least(d.term_until, (coalesce(latest.made_at, d.accepted_at)
                    AT TIME ZONE %(zone)s)::date + %(attestation_days)s) AS due_on
            FROM ownership_directorship d
            JOIN journeys_journey j ON j.id = d.stream_id
            LEFT JOIN (
                SELECT directorship_id, max(made_at) AS made_at FROM ownership_attestation
                WHERE %(streams)s::uuid[] IS NULL OR stream_id = ANY(%(streams)s::uuid[])
                GROUP BY directorship_id
            ) AS latest ON latest.directorship_id = d.id
            WHERE {CURRENT_DIRECTORSHIP} AND {LIVE_JOURNEY_IN_SCOPE}
        ) AS review
        WHERE review.due_on < %(today)s
    """,
)
