"""OWN-09: two adjacent stages have different directors, who haven't both signed a hand-off."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.stage_facts import STAGE_FACT_TYPES

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
    reads=STAGE_FACT_TYPES | {"handoff", "handoff_signature"},
    # As in the view ownership_handoff_standing, whose window over all stages is already in audit_stage.
    sql="""
        SELECT stage.journey_id, stage.stage_id, 'warn', jsonb_build_object(
            'state', CASE WHEN handoff.id IS NULL THEN 'missing'
                WHEN earlier.id IS NULL AND later.id IS NULL THEN 'unsigned'
                ELSE 'half-signed' END,
            'from_stage', stage.earlier_stage_id)
        FROM audit_stage stage
        LEFT JOIN ownership_handoff handoff ON handoff.from_stage_id = stage.earlier_stage_id
            AND handoff.to_stage_id = stage.stage_id
        LEFT JOIN ownership_handoffsignature earlier ON earlier.handoff_id = handoff.id
            AND earlier.directorship_id = stage.earlier_directorship_id
            AND earlier.revision = handoff.revision
        LEFT JOIN ownership_handoffsignature later ON later.handoff_id = handoff.id
            AND later.directorship_id = stage.directorship_id
            AND later.revision = handoff.revision
        WHERE stage.is_in_scope AND stage.director_id <> stage.earlier_director_id
            AND (earlier.id IS NULL OR later.id IS NULL)
    """,
)
