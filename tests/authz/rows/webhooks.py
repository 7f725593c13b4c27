from tests.authz.row import ADMIN, Row, act, body, form, page

WEBHOOK = body(url="https://example.com/hooks", event_types=["flag.opened"])

ROWS = [
    Row("GET", "api_webhooks", ADMIN, stranger=403),
    Row("POST", "api_webhooks", ADMIN, body=WEBHOOK, stranger=403),
    Row("GET", "api_webhook", ADMIN, thing="webhook"),
    Row("PATCH", "api_webhook", ADMIN, thing="webhook", body=body(name="CRM")),
    Row("DELETE", "api_webhook", ADMIN, thing="webhook"),
    act("webhook_rotate", ADMIN, "webhook"),
    act("webhook_test", ADMIN, "webhook"),
    act("webhook_replay", ADMIN, "webhook", since="2026-01-01T00:00:00Z"),
    Row("GET", "api_webhook_deliveries", ADMIN, stranger=403),
    Row("GET", "api_webhook_delivery", ADMIN, thing="webhook_delivery"),
    act("webhook_delivery_replay", ADMIN, "webhook_delivery"),
    *form("webhooks", "slug", ADMIN),
    page("webhook", "webhook", ADMIN),
    *form("webhook_edit", "webhook", ADMIN),
    Row("POST", "webhook_test", ADMIN, thing="webhook"),
    Row("POST", "webhook_active", ADMIN, thing="webhook"),
    *form("webhook_rotate", "webhook", ADMIN),
    *form("webhook_remove", "webhook", ADMIN),
    Row("POST", "webhook_replay", ADMIN, thing="webhook"),
    page("webhook_delivery", "webhook_delivery", ADMIN),
    Row("POST", "webhook_delivery_replay", ADMIN, thing="webhook_delivery"),
]
