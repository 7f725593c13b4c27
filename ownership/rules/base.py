"""The Rule class of the audit, and SQL conditions that several rules use."""

from dataclasses import dataclass

from core.text import Text


@dataclass(frozen=True)
class Rule:
    """A rule of the audit, which finds all of its subjects with a problem in one query.

    `sql` selects (stream_id, subject_id, severity, evidence jsonb), one row per finding. Its
    parameters are `streams` (uuid[], or null for all), `now`, `today` and the workspace's
    thresholds by name. Row-level security limits it to the workspace. The evidence must not change
    just because time passes, because each change is recorded as a transition.
    """

    code: str
    title: Text
    explanation: Text
    subject: str  # the record type of its findings
    sql: str


# Included in each rule's SQL. `j` is the journey, whose id is the stream of all its records.
JOURNEY_IN_SCOPE = (
    "j.status <> 'retired' AND NOT j.is_template"
    " AND (%(streams)s::uuid[] IS NULL OR j.id = ANY(%(streams)s::uuid[]))"
)
# Condition for `d` being a stage's current directorship.
CURRENT_DIRECTORSHIP = "d.accepted_at IS NOT NULL AND d.ended_at IS NULL"
