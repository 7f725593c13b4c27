"""OWN-09: two adjacent stages have different directors, who haven't both signed a hand-off."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.base import JOURNEY_IN_SCOPE

RULE = Rule(
    code="OWN-09",
    title=_("No agreed hand-off"),
    explanation=_(
        "Another person directs the stage before this one, and the two haven’t agreed how customers pass from "
        "one to the other. Write down what each side needs and how soon, then sign it, both of you."
    ),
    why=_(
        "Customers fall between two stages when each director thinks that the other cares for them: papers are asked "
        "for twice, nobody calls back, and each side meets its own targets."
    ),
    method=_(
        "For each two stages that follow each other and have different directors, the audit looks for a hand-off "
        "that both have signed in its present wording. The flag is at the later stage. A new director, or a change "
        "of the text, makes the signatures invalid."
    ),
    remedy=_(
        "Write down what must be true when customers leave the first stage, what the second needs, and how fast each "
        "side acts. Then both directors sign."
    ),
    subject="stage",  # the later one
    reads=frozenset({"journey", "stage", "directorship", "handoff", "handoff_signature"}),
    sql=f"""
        SELECT standing.journey_id, standing.to_stage_id, 'warn',
            jsonb_build_object('state', standing.state, 'from_stage', standing.from_stage_id)
        FROM ownership_handoff_standing standing
        JOIN journeys_journey j ON j.id = standing.journey_id
        WHERE standing.state NOT IN ('agreed', 'asleep') AND {JOURNEY_IN_SCOPE}
            AND (%(streams)s::uuid[] IS NULL OR standing.journey_id = ANY(%(streams)s::uuid[]))
    """,
)
