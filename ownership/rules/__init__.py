"""The audit's rules about ownership, one per module. To add one, write a module and list it here."""

from core.audit_rules import Rule
from ownership.rules import (
    contested,
    disowned,
    import_conflict,
    missing_appointment,
    orphaned,
    own_judge,
    unaccepted,
    unassigned,
    vacant,
)

RULES: tuple[Rule, ...] = (
    vacant.RULE,
    unaccepted.RULE,
    orphaned.RULE,
    contested.RULE,
    disowned.RULE,
    missing_appointment.RULE,
    import_conflict.RULE,
    own_judge.RULE,
    unassigned.RULE,
)
