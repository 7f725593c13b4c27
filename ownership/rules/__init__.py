"""The audit's rules, one file each. To add one: copy a neighbour, and name it in this list."""

from ownership.rules import (
    contested,
    disowned,
    import_conflict,
    no_office,
    orphaned,
    unaccepted,
    unassigned,
    vacant,
)
from ownership.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    vacant.RULE,
    unaccepted.RULE,
    orphaned.RULE,
    contested.RULE,
    disowned.RULE,
    no_office.RULE,
    import_conflict.RULE,
    unassigned.RULE,
)
BY_CODE = {rule.code: rule for rule in RULES}
