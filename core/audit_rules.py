"""The rules of the audit. Each app declares its own in its AppConfig; ownership/audit.py runs them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from core.app_configs import declared
from core.text import Text

# The subject of rules about the whole workspace, which isn't a record. The flags are in the directory's stream, and
# their subject id is the id of the workspace.
WORKSPACE = "workspace"


@dataclass(frozen=True)
class Rule:
    """An audit rule. One query finds all subjects with a problem.

    `sql` selects (stream_id, subject_id, severity, evidence jsonb), one row per finding. Its
    parameters are `streams` (uuid[], or null for all), `now`, `today`, `zone` (the workspace's
    time zone) and the workspace's thresholds by name. Row-level security limits it to the
    workspace. The evidence must not change just because time passes, because each change of the
    evidence is recorded in the log.

    `explanation` is one line for lists. `why`, `method` and `remedy` are for the rule's page, for directors: why the
    problem matters, how the audit finds it, and what to do. `method` can contain the names of the `thresholds`
    that it depends on in braces.
    """

    code: str  # at most 12 characters; stored in flags, and part of the API
    title: Text
    explanation: Text
    subject: str  # the record type of its findings, or WORKSPACE
    reads: frozenset[str]  # the record types that it reads: a change to another starts no audit
    sql: str
    why: Text = ""
    method: Text = ""
    remedy: Text = ""
    thresholds: tuple[str, ...] = ()


@cache
def audit_rules() -> Mapping[str, Rule]:
    """Return the rules of all apps by code."""
    return {rule.code: rule for rules in declared("audit_rules") for rule in rules}


def audited_types() -> frozenset[str]:
    """Return the record types whose changes start an audit: what the rules read, and flags."""
    return frozenset({"flag"}).union(*(rule.reads for rule in audit_rules().values()))
