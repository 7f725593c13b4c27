from tests.authz.row import ALICE, EVERYBODY, Row, form

ROWS = [
    *form("notification_preferences", "slug", EVERYBODY),
    Row("GET", "api_notices", stranger=200),
    Row("GET", "api_notice", ALICE, thing="notice"),
    Row("POST", "api_notice_seen", ALICE, thing="notice"),
    Row("POST", "notice_seen", ALICE, thing="notice"),
    Row("GET", "unsubscribe", public=True, thing="unsubscribe"),
    Row("POST", "unsubscribe", public=True, thing="unsubscribe"),
]
