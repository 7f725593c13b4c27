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
    why=_(
        "If another system names a different owner, people who look there go to the wrong person."
    ),
    method=_(
        "A touchpoint has a reported owner who matches no person and no department, or who isn’t the "
        "stage’s director or one of the director’s departments."
    ),
    remedy=_(
        "Correct the owner in the other system, correct the name in the directory, or hand the stage "
        "over."
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
    # Each reported name is looked up once, because folding the names takes most of the time.
    sql=f"""
        SELECT t.stream_id, t.id, 'warn', jsonb_build_object(
            'reported_owner', t.reported_owner, 'source', t.source,
            'why', CASE WHEN reported.persons || reported.departments = '{{}}'
                THEN 'unknown' ELSE 'differs' END)
        FROM touchpoints_touchpoint t
        JOIN (
            SELECT owner,
                array_remove(array_agg(person_id), NULL) AS persons,
                array_remove(array_agg(department_id), NULL) AS departments
            FROM (
                SELECT DISTINCT reported_owner AS owner FROM touchpoints_touchpoint
                WHERE reported_owner <> ''
                    AND (%(streams)s::uuid[] IS NULL OR stream_id = ANY(%(streams)s::uuid[]))
            ) AS owners
            LEFT JOIN (
                SELECT cxmap_fold(name) AS name, id AS person_id, NULL::uuid AS department_id
                FROM people_person
                UNION ALL SELECT cxmap_fold(email), id, NULL FROM people_person
                UNION ALL SELECT cxmap_fold(name), NULL, id FROM people_department
            ) AS known ON known.name = cxmap_fold(owner)
            GROUP BY owner
        ) AS reported ON reported.owner = t.reported_owner
        JOIN journeys_step sp ON sp.id = t.step_id
        JOIN journeys_journey j ON j.id = t.stream_id
        LEFT JOIN ownership_directorship d ON d.stage_id = sp.stage_id AND {CURRENT_DIRECTORSHIP}
        WHERE t.reported_owner <> '' AND {JOURNEY_IN_SCOPE}
            AND (reported.persons || reported.departments = '{{}}'
                OR (d.id IS NOT NULL AND d.person_id <> ALL (reported.persons)
                    AND NOT EXISTS (
                        SELECT 1 FROM people_placement pl
                        WHERE pl.person_id = d.person_id
                            AND pl.department_id = ANY (reported.departments)
                            AND (pl.until IS NULL OR pl.until >= %(today)s))))
    """,
)
