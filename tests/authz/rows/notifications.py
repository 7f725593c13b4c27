from tests.authz.row import EVERYBODY, Row, form

ROWS = [
    *form("notification_preferences", "slug", EVERYBODY),
    Row("POST", "notice_seen", frozenset({"alice"}), thing="notice"),
    Row("GET", "unsubscribe", public=True, thing="unsubscribe"),
    Row("POST", "unsubscribe", public=True, thing="unsubscribe"),
]
