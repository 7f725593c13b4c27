from tests.authz.row import ADMIN, Row, form, noun

ROWS = [
    *noun("departments", "department", ADMIN, 403),
    *noun("persons", "person", ADMIN, 403),
    *noun("placements", "placement", ADMIN, 403),
    Row("GET", "api_department_search", stranger=200),
    Row("GET", "api_person_search", stranger=200),
    *form("department_add", "workspace", ADMIN),
    *form("person_add", "workspace", ADMIN),
    *form("department_edit", "department", ADMIN),
    *form("person_edit", "person", ADMIN),
    *form("person_leave", "person", ADMIN, late=True),
    *form("person_return", "person", ADMIN, late=True),
    *form("placement_add", "person", ADMIN),
    *form("placement_edit", "placement", ADMIN),
]
