"""The audit's rules, one per module. To add a rule, write a module and list it here."""

from ownership.rules import (
    contested,
    disowned,
    import_conflict,
    missing_appointment,
    orphaned,
    unaccepted,
    unassigned,
    vacant,
)
from ownership.rules.base import Rule

RULES: tuple[Rule, ...] = (
    vacant.RULE,
    unaccepted.RULE,
    orphaned.RULE,
    contested.RULE,
    disowned.RULE,
    missing_appointment.RULE,
    import_conflict.RULE,
    unassigned.RULE,
)
# The types of the records that the rules read, and flags. Changes to other types can't change a
# finding, so they start no audit.
AUDITED_TYPES = frozenset(
    {
        "appointment",
        "claim",
        "department",
        "deputy",
        "directorship",
        "flag",
        "journey",
        "lane",
        "person",
        "placement",
        "stage",
        "step",
        "touchpoint",
    }
)
BY_CODE = {rule.code: rule for rule in RULES}
