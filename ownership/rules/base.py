"""SQL conditions that several rules use, and the record types behind `ownership_standing`."""

STANDING_TYPES = frozenset(
    {
        "journey",
        "stage",
        "directorship",
        "claim",
        "deputy",
        "person",
        "placement",
        "department",
    }
)
# Included in each rule's SQL. `j` is the journey, whose id is the stream of all its records.
JOURNEY_IN_SCOPE = (
    "j.status <> 'retired' AND NOT j.is_template"
    " AND (%(streams)s::uuid[] IS NULL OR j.id = ANY(%(streams)s::uuid[]))"
)
# `j` is a journey whose stages count in all figures.
LIVE_JOURNEY = "j.status = 'live' AND j.state = 'current' AND NOT j.is_template"
LIVE_JOURNEY_IN_SCOPE = f"{LIVE_JOURNEY} AND {JOURNEY_IN_SCOPE}"
# A common table expression: the departments in which each person is placed today.
HOME = """
    home AS MATERIALIZED (
        SELECT person_id, array_agg(department_id) AS departments FROM people_placement
        WHERE since <= %(today)s AND (until IS NULL OR until >= %(today)s)
        GROUP BY person_id
    )
"""
# The current directorships `d` of live journeys, each with the director's departments and, once for each, the
# touchpoints of the stage in the lane `l` of a department.
STAFFED_DIRECTORSHIPS = """
    ownership_directorship d
    JOIN journeys_journey j ON j.id = d.stream_id
    JOIN journeys_step sp ON sp.stage_id = d.stage_id
    JOIN touchpoints_touchpoint t ON t.step_id = sp.id
    JOIN journeys_lane l ON l.id = t.lane_id AND l.department_id IS NOT NULL
    LEFT JOIN home ON home.person_id = d.person_id
"""
# Condition for `d` being a stage's current directorship.
CURRENT_DIRECTORSHIP = "d.accepted_at IS NOT NULL AND d.ended_at IS NULL"
