"""OWN-02: a proposed director has not answered within the threshold."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.base import JOURNEY_IN_SCOPE

RULE = Rule(
    code="OWN-02",
    title=_("Unaccepted"),
    explanation=_(
        "Someone was proposed as director of this stage and has not accepted or declined. Remind "
        "them, or propose someone else."
    ),
    why=_(
        "A proposal without an answer looks like an owner, but it isn’t one. As long as the person is "
        "silent, nobody is responsible."
    ),
    method=_(
        "A stage has a proposal that is older than {unaccepted_days} and hasn’t been accepted, "
        "declined or withdrawn."
    ),
    remedy=_(
        "Ask the person what they need in order to accept, for example a wider mandate. Or withdraw "
        "the proposal and ask someone else."
    ),
    thresholds=("unaccepted_days",),
    subject="stage",
    reads=frozenset({"journey", "directorship"}),
    sql=f"""
        SELECT p.stream_id, p.stage_id, 'warn', jsonb_build_object(
            'persons', jsonb_agg(p.person_id ORDER BY p.person_id),
            'proposed_at', min(p.proposed_at))
        FROM ownership_directorship p
        JOIN journeys_journey j ON j.id = p.stream_id
        WHERE p.accepted_at IS NULL AND p.confirmed_at IS NULL AND p.ended_at IS NULL
            AND p.proposed_at < %(now)s - make_interval(days => %(unaccepted_days)s)
            AND {JOURNEY_IN_SCOPE}
        GROUP BY p.stream_id, p.stage_id
    """,
)
