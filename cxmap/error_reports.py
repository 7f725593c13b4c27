"""Error reports to Sentry, if SENTRY_DSN is set. Secrets are removed before a report is sent."""

from typing import Any

import sentry_sdk
from sentry_sdk.integrations.logging import ignore_logger

from core.log_masking import mask_secrets

KEPT_HEADERS = frozenset({"Host", "User-Agent", "Content-Type", "Content-Length", "X-Request-Id"})


def start_error_reports(dsn: str, **options: Any) -> None:
    """Report uncaught exceptions, without request bodies, cookies, variables and addresses."""
    ignore_logger("cxmap.request_log")  # /metrics counts error responses
    sentry_sdk.init(
        dsn=dsn,
        data_collection={"user_info": False, "http_bodies": []},
        include_local_variables=False,
        before_send=scrub_event,  # type: ignore[arg-type]
        before_breadcrumb=scrub_event,
        **options,
    )


def scrub_event(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
    """Return a Sentry event or breadcrumb with all credentials removed."""
    request = event.get("request", {})
    for name in ("cookies", "data", "env"):
        request.pop(name, None)
    if "headers" in request:
        request["headers"] = {
            name: value for name, value in request["headers"].items() if name in KEPT_HEADERS
        }
    return mask_value(event)  # type: ignore[no-any-return]


def mask_value(value: Any) -> Any:
    match value:
        case str():
            return mask_secrets(value)
        case dict():
            return {name: mask_value(item) for name, item in value.items()}
        case list() | tuple():
            return [mask_value(item) for item in value]
        case _:
            return value
