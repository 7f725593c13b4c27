"""OWN-04: two or more people claim a stage, so a contest is open.

The module ownership.contests opens and closes contests. The invariant `contest-where-contested` compares contests with
claims.
"""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.base import JOURNEY_IN_SCOPE

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
    reads=frozenset({"journey", "contest", "party"}),
    sql=f"""
        SELECT contest.stream_id, contest.stage_id,
            CASE WHEN contest.opened_at < %(now)s - make_interval(days => %(contested_days)s)
                THEN 'critical' ELSE 'warn' END,
            jsonb_build_object('since', contest.opened_at, 'persons', (
                SELECT jsonb_agg(party.person_id ORDER BY party.person_id)
                FROM ownership_party AS party
                WHERE party.contest_id = contest.id AND party.left_at IS NULL))
        FROM ownership_contest AS contest
        JOIN journeys_journey j ON j.id = contest.stream_id
        WHERE contest.settled_at IS NULL AND {JOURNEY_IN_SCOPE}
    """,
)
