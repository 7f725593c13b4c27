"""The audit's rules about ownership, one per module. To add one, write a module and list it here."""

from core.audit_rules import Rule
from ownership.rules import (
    absentee,
    broken_unowned,
    contested,
    disowned,
    import_conflict,
    land_grab,
    majority_mismatch,
    missing_appointment,
    missing_handoff,
    neglected,
    orphaned,
    overload,
    own_judge,
    review_overdue,
    title_only,
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
    absentee.RULE,
    majority_mismatch.RULE,
    title_only.RULE,
    review_overdue.RULE,
    overload.RULE,
    missing_handoff.RULE,
    missing_appointment.RULE,
    import_conflict.RULE,
    own_judge.RULE,
    broken_unowned.RULE,
    neglected.RULE,
    unassigned.RULE,
    land_grab.RULE,
)
