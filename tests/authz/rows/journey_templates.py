from tests.authz.row import Row

ROWS = [
    Row("GET", "api_journey_templates", stranger=200),
]
