"""OWN-16: a party to a contest ruled on it. The services refuse this; imports and later changes can cause it."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.base import JOURNEY_IN_SCOPE

RULE = Rule(
    code="OWN-16",
    title=_("Own judge"),
    explanation=_(
        "A party to this contest ruled on it. Ask somebody without a part in it to decide again."
    ),
    why=_(
        "Nobody trusts a decision that a party made, and the stage stays contested in people’s minds."
    ),
    method=_("One of the contest’s rulings was made by the login of one of its parties."),
    remedy=_(
        "Let a party appeal within 14 days of the ruling, so that somebody else decides again. After that, "
        "dismiss the flag with a reason, or hand the stage over."
    ),
    subject="contest",
    reads=frozenset({"journey", "contest", "party", "ruling", "person"}),
    sql=f"""
        SELECT c.stream_id, c.id, 'critical', jsonb_build_object('rulings', (
            jsonb_agg(DISTINCT r.id)))
        FROM ownership_ruling r
        JOIN ownership_contest c ON c.id = r.contest_id
        JOIN journeys_journey j ON j.id = c.stream_id
        JOIN ownership_party p ON p.contest_id = c.id
        JOIN people_person judge ON judge.id = p.person_id AND judge.member_id = r.ruled_by_id
        WHERE {JOURNEY_IN_SCOPE}
        GROUP BY c.stream_id, c.id
    """,
)
