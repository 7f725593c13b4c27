"""Invariants of ownership: directorships, claims, contests, cases, and flags."""

from core.invariants import Invariant

ONE_DIRECTOR = Invariant(
    "one-director-at-a-time",
    "At no time did a stage have two directors.",
    """
    SELECT one.workspace_id,
        format('directorships %s and %s of stage %s overlap', one.id, other.id, one.stage_id)
    FROM ownership_directorship AS one
    JOIN ownership_directorship AS other ON other.stage_id = one.stage_id AND other.id > one.id
    WHERE one.accepted_at < coalesce(other.ended_at, 'infinity')
        AND other.accepted_at < coalesce(one.ended_at, 'infinity')
    """,
)
ONE_HOLDER = Invariant(
    "one-holder-of-an-office-at-a-time",
    "At no time did a journey have two producers or two sponsors.",
    """
    SELECT one.workspace_id, format('appointments %s and %s overlap', one.id, other.id)
    FROM ownership_appointment AS one
    JOIN ownership_appointment AS other ON other.journey_id = one.journey_id
        AND other.office = one.office AND other.id > one.id
    WHERE one.appointed_at < coalesce(other.ended_at, 'infinity')
        AND other.appointed_at < coalesce(one.ended_at, 'infinity')
    """,
)
ORDER_OF_DATES = Invariant(
    "dates-in-order",
    "Nothing was accepted before it was proposed, or ended before it began.",
    " UNION ALL ".join(
        f"SELECT workspace_id, '{table} ' || id FROM ownership_{table} WHERE {ends} < {begins}"
        for table, begins, ends in (
            ("directorship", "proposed_at", "accepted_at"),
            ("directorship", "proposed_at", "confirmed_at"),
            ("directorship", "confirmed_at", "accepted_at"),
            ("directorship", "coalesce(accepted_at, confirmed_at, proposed_at)", "ended_at"),
            ("directorship", "starts_on", "term_until"),
            ("claim", "made_at", "ended_at"),
            ("appointment", "appointed_at", "ended_at"),
            ("deputy", "since", "until"),
            ("contest", "opened_at", "settled_at"),
            ("appeal", "made_at", "decided_at"),
            ("case", "opened_at", "closed_at"),
            ("volunteer", "offered_at", "ended_at"),
        )
    ),
)
AGREED_BY_ANOTHER = Invariant(
    "mandates-agreed-by-another",
    "No person agreed to their own mandate.",
    "SELECT workspace_id, 'directorship ' || id FROM ownership_directorship"
    " WHERE agreed_by_id = person_id OR (agreed_by_id IS NULL) <> (agreed_at IS NULL)",
)
# A day of tolerance, because the workspace's time zone may have changed since.
TERM_AFTER_START = Invariant(
    "terms-end-after-they-begin",
    "No term ended before its directorship began.",
    "SELECT workspace_id, 'directorship ' || id FROM ownership_directorship"
    " WHERE term_until < (accepted_at AT TIME ZONE 'UTC')::date - 1",
)
CONTESTS = Invariant(
    "contest-where-contested",
    "A contest is open exactly where two or more people claim a stage.",
    """
    SELECT coalesce(contest.workspace_id, stage.workspace_id),
        'stage ' || coalesce(contest.stage_id, stage.id)
    FROM (SELECT * FROM ownership_contest WHERE settled_at IS NULL) AS contest
    FULL JOIN (SELECT * FROM ownership_claimants WHERE is_contested) AS claimed
        ON claimed.stage_id = contest.stage_id
    LEFT JOIN journeys_stage AS stage ON stage.id = claimed.stage_id
    WHERE contest.id IS NULL OR claimed.stage_id IS NULL
    """,
)
OFFERS_ENDED = Invariant(
    "offers-end-with-acceptance",
    "Open offers to direct a stage are newer than its current directorship.",
    """
    SELECT offer.workspace_id, 'volunteer ' || offer.id
    FROM ownership_volunteer AS offer
    JOIN ownership_directorship AS current ON current.stage_id = offer.stage_id
        AND current.ended_at IS NULL AND current.accepted_at >= offer.offered_at
    WHERE offer.ended_at IS NULL
    """,
)
NEUTRAL_RULINGS = Invariant(
    "neutral-rulings",
    "No ruling was made by a party to the contest.",
    """
    SELECT ruling.workspace_id, 'ruling ' || ruling.id
    FROM ownership_ruling AS ruling
    JOIN ownership_party AS party ON party.contest_id = ruling.contest_id
    JOIN people_person AS person ON person.id = party.person_id
    WHERE person.member_id = ruling.ruled_by_id
    """,
)
# Placements and persons that changed after the case was closed don't count, because they weren't known at the time.
CASES_CLOSED_FROM_OUTSIDE = Invariant(
    "cases-closed-from-outside",
    "No case was closed by a member of the department that it concerned.",
    """
    SELECT complaint.workspace_id, 'case ' || complaint.id
    FROM ownership_case AS complaint
    JOIN workspaces_workspace AS workspace ON workspace.id = complaint.workspace_id
    JOIN people_person AS person ON person.member_id = complaint.closed_by_id
        AND person.updated_at < complaint.closed_at
    JOIN people_placement AS placement ON placement.person_id = person.id
        AND placement.department_id = complaint.department_id
        AND placement.updated_at < complaint.closed_at
        AND (complaint.closed_at AT TIME ZONE workspace.time_zone)::date
            BETWEEN placement.since AND coalesce(placement.until, 'infinity')
    """,
)
CASES_ANSWERED_WHILE_OPEN = Invariant(
    "cases-answered-while-open",
    "All answers to a case were given while it was open, and `answered_at` is the time of the first one.",
    """
    SELECT complaint.workspace_id, 'case ' || complaint.id
    FROM ownership_case AS complaint
    LEFT JOIN ownership_caseanswer AS answer ON answer.case_id = complaint.id
    GROUP BY complaint.id
    HAVING complaint.answered_at IS DISTINCT FROM min(answer.answered_at)
        OR min(answer.answered_at) < complaint.opened_at
        OR max(answer.answered_at) > complaint.closed_at
    """,
)
CASES_OVERDUE_AFTER_THEIR_DAY = Invariant(
    "cases-overdue-after-their-day",
    "`missed_due_on` of a case is always in the past.",
    """
    SELECT workspace_id, 'case ' || id FROM ownership_case
    WHERE missed_due_on >= cxmap_today(workspace_id)
    """,
)
ONE_TENURE = Invariant(
    "one-tenure-at-a-time",
    "In the history of ownership, no stage has two standings on the same day.",
    """
    SELECT workspace_id, format('tenure %s of stage %s', id, stage_id)
    FROM (
        SELECT *, lead(since) OVER (PARTITION BY stage_id ORDER BY since) AS next
        FROM ownership_tenure
    ) AS tenure
    WHERE next < coalesce(until, 'infinity')
    """,
)
FLAGGED_ONCE = Invariant(
    "flagged-once",
    "A rule has at most one flag about a subject.",
    """
    SELECT workspace_id, format('%s about %s has %s flags', rule, subject_id, count(*))
    FROM ownership_flag GROUP BY workspace_id, rule, subject_id HAVING count(*) > 1
    """,
)
# A workspace in which nothing has happened since its last audit.
AUDITED = """
    audited AS (
        SELECT run.workspace_id FROM ownership_auditrun AS run
        WHERE run.journeys IS NULL
        GROUP BY run.workspace_id
        HAVING max(run.started_at) > (
            SELECT max(change_set.at) FROM changes_changeset AS change_set
            WHERE change_set.workspace_id = run.workspace_id AND change_set.action <> 'audit.run'))
"""


def _flagged(code: str, rule: str, statement: str, condition: str) -> Invariant:
    """Return the invariant that, after an audit, a rule has flags for exactly the stages in some states."""
    return Invariant(
        code,
        statement,
        f"""
        WITH {AUDITED}
        SELECT standing.workspace_id, '{rule} and stage ' || standing.stage_id
        FROM ownership_standing AS standing
        JOIN audited USING (workspace_id)
        JOIN journeys_journey AS journey ON journey.id = standing.journey_id
        LEFT JOIN ownership_flag AS flag ON flag.rule = '{rule}'
            AND flag.subject_id = standing.stage_id AND flag.state <> 'resolved'
        WHERE (flag.id IS NOT NULL) <> ({condition}
            AND journey.status <> 'retired' AND NOT journey.is_template)
        """,
    )


INVARIANTS = (
    ONE_DIRECTOR,
    ONE_HOLDER,
    ORDER_OF_DATES,
    AGREED_BY_ANOTHER,
    TERM_AFTER_START,
    CONTESTS,
    OFFERS_ENDED,
    NEUTRAL_RULINGS,
    CASES_CLOSED_FROM_OUTSIDE,
    CASES_ANSWERED_WHILE_OPEN,
    CASES_OVERDUE_AFTER_THEIR_DAY,
    ONE_TENURE,
    FLAGGED_ONCE,
    _flagged(
        "vacant-is-flagged",
        "OWN-01",
        "After an audit, a stage has a director, or else an unresolved flag that it has none.",
        "standing.director_id IS NULL",
    ),
    _flagged(
        "contested-is-flagged",
        "OWN-04",
        "After an audit, the contested stages are exactly those with an unresolved flag.",
        "standing.state = 'contested'",
    ),
)
