"""What a rule of the audit is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One question asked of all stages at once.

    `sql` is a SELECT of (stream_id, subject_id, severity, evidence jsonb), one row for each
    finding. It may use the parameters `streams` (uuid[] or null for all), `now`, `today` and the
    workspace's thresholds by name. Row security keeps it inside the workspace. Evidence must not
    change with the mere passing of time, or each run would record a transition.
    """

    code: str
    title: str
    explanation: str
    subject: str  # the record type it is about
    sql: str


# Spliced into each rule's SQL, with `j` for the journey (its id is the stream of all its records).
JOURNEY_IN_SCOPE = (
    "j.status <> 'retired' AND NOT j.is_template"
    " AND (%(streams)s::uuid[] IS NULL OR j.id = ANY(%(streams)s::uuid[]))"
)
# The same for what is grouped first: the planner does not carry JOURNEY_IN_SCOPE into it.
STREAM_IN_SCOPE = "(%(streams)s::uuid[] IS NULL OR stream_id = ANY(%(streams)s::uuid[]))"
# The directorship `d` of somebody who directs today.
CURRENT_DIRECTORSHIP = "d.accepted_at IS NOT NULL AND d.ended_at IS NULL"
