"""Facts about stages that several rules use. Each run of the audit reads them once, into a temporary table.

Reading the touchpoints of all stages takes longer than evaluating the rules that use them.
"""

from ownership.rules.base import CURRENT_DIRECTORSHIP, LIVE_JOURNEY

# The record types from which `audit_stage` is computed
STAGE_FACT_TYPES = frozenset(
    {"journey", "stage", "directorship", "placement", "step", "touchpoint", "lane"}
)
# The query for the table `audit_stage`. `staffing` has one element for each touchpoint of the stage in the lane of a
# department. `home` has the departments in which the director is placed today. Both are null if they are empty.
# `earlier_...` are facts about the stage before this one in its journey.
# The parameter `stage_streams` has the journeys whose stages are read, or is null for all.
STAGE_FACTS = f"""
    SELECT stage.id AS stage_id, stage.journey_id, {LIVE_JOURNEY} AS is_live,
        %(streams)s::uuid[] IS NULL OR j.id = ANY(%(streams)s::uuid[]) AS is_in_scope,
        d.person_id AS director_id, d.id AS directorship_id,
        placed.departments AS home, staffed.departments AS staffing,
        lag(stage.id) OVER journey_order AS earlier_stage_id,
        lag(d.person_id) OVER journey_order AS earlier_director_id,
        lag(d.id) OVER journey_order AS earlier_directorship_id
    FROM journeys_stage stage
    JOIN journeys_journey j ON j.id = stage.journey_id
    LEFT JOIN ownership_directorship d ON d.stage_id = stage.id AND {CURRENT_DIRECTORSHIP}
    LEFT JOIN (
        SELECT person_id, array_agg(department_id) AS departments FROM people_placement
        WHERE since <= %(today)s AND (until IS NULL OR until >= %(today)s)
        GROUP BY person_id
    ) AS placed ON placed.person_id = d.person_id
    LEFT JOIN (
        SELECT sp.stage_id, array_agg(l.department_id) AS departments
        FROM touchpoints_touchpoint t
        JOIN journeys_step sp ON sp.id = t.step_id
        JOIN journeys_lane l ON l.id = t.lane_id
        WHERE l.department_id IS NOT NULL
            AND (%(stage_streams)s::uuid[] IS NULL OR t.stream_id = ANY(%(stage_streams)s::uuid[]))
        GROUP BY sp.stage_id
    ) AS staffed ON staffed.stage_id = stage.id
    WHERE j.status <> 'retired' AND NOT j.is_template
        AND (%(stage_streams)s::uuid[] IS NULL OR j.id = ANY(%(stage_streams)s::uuid[]))
    WINDOW journey_order AS (PARTITION BY stage.journey_id ORDER BY stage.position, stage.id)
"""
# Condition for a row of `audit_stage`
LIVE_STAGE_IN_SCOPE = "stage.is_live AND stage.is_in_scope"
