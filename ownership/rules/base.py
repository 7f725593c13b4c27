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
# Condition for `d` being a stage's current directorship.
CURRENT_DIRECTORSHIP = "d.accepted_at IS NOT NULL AND d.ended_at IS NULL"
