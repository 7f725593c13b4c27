"""OWN-13: an import or a client reports an owner who is unknown or is not the director."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import Rule
from ownership.rules.base import CURRENT_DIRECTORSHIP, JOURNEY_IN_SCOPE

RULE = Rule(
    code="OWN-13",
    title=_("Import conflict"),
    explanation=_(
        "A file or a connected system names an owner for this touchpoint who isn’t in the directory, "
        "or isn’t the stage’s director. Find out which is out of date, then correct it."
    ),
    subject="touchpoint",
    reads=frozenset(
        {
            "journey",
            "touchpoint",
            "step",
            "directorship",
            "person",
            "department",
            "placement",
        }
    ),
    sql=f"""
        SELECT t.stream_id, t.id, 'warn', jsonb_build_object(
            'reported_owner', t.reported_owner, 'source', t.source,
            'why', CASE WHEN known.name IS NULL AND dep.id IS NULL
                THEN 'unknown' ELSE 'differs' END)
        FROM touchpoints_touchpoint t
        JOIN journeys_step sp ON sp.id = t.step_id
        JOIN journeys_journey j ON j.id = t.stream_id
        LEFT JOIN ownership_directorship d ON d.stage_id = sp.stage_id AND {CURRENT_DIRECTORSHIP}
        LEFT JOIN (
            SELECT name, array_agg(id) AS persons
            FROM (
                SELECT cxmap_fold(name) AS name, id FROM people_person
                UNION ALL SELECT cxmap_fold(email), id FROM people_person
            ) AS names
            GROUP BY name
        ) AS known ON known.name = cxmap_fold(t.reported_owner)
        LEFT JOIN people_department dep
            ON cxmap_fold(dep.name) = cxmap_fold(t.reported_owner)
        WHERE t.reported_owner <> '' AND {JOURNEY_IN_SCOPE}
            AND ((known.name IS NULL AND dep.id IS NULL)
                OR (d.id IS NOT NULL AND d.person_id <> ALL (coalesce(known.persons, '{{}}'))
                    AND NOT EXISTS (
                        SELECT 1 FROM people_placement pl
                        WHERE pl.person_id = d.person_id AND pl.department_id = dep.id
                            AND (pl.until IS NULL OR pl.until >= %(today)s))))
    """,
)
