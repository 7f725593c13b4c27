"""OWN-08: a director has no mandate."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.base import CURRENT_DIRECTORSHIP, LIVE_JOURNEY_IN_SCOPE

RULE = Rule(
    code="OWN-08",
    title=_("Title only"),
    explanation=_(
        "The director’s mandate doesn’t say what they may decide. Write it down, so that they can "
        "act."
    ),
    why=_(
        "A director who may decide nothing is only a name to complain to. Departments can ignore "
        "them."
    ),
    method=_("A live stage has a director whose mandate has no decision rights."),
    remedy=_(
        "The producer or the sponsor edits the mandate: what this person may change without asking, "
        "also in other departments."
    ),
    subject="stage",
    reads=frozenset({"journey", "directorship"}),
    sql=f"""
        SELECT d.stream_id, d.stage_id, 'warn', jsonb_build_object('person', d.person_id)
        FROM ownership_directorship d
        JOIN journeys_journey j ON j.id = d.stream_id
        WHERE d.decision_rights = '' AND {CURRENT_DIRECTORSHIP} AND {LIVE_JOURNEY_IN_SCOPE}
    """,
)
