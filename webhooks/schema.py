"""The events of webhooks in the OpenAPI schema."""

from typing import Any

from core.api.examples import CHANGE_SET, JOURNEY, MEMBER, OWN_ID, PAST_INSTANT, WORKSPACE
from core.event_types import EventType, event_types
from webhooks.followers import MAX_SUBJECTS, api_url_prefix

UUID = {"type": "string", "format": "uuid"}
TEXT = {"type": "string"}


def closed_object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


SUBJECT = closed_object(
    type=TEXT,
    id=UUID,
    op={"type": "string", "enum": ["add", "set", "remove"]},
    url={"type": "string", "format": "uri", "description": "The record in this API."},
)
EVENT = closed_object(
    type=TEXT,
    timestamp={"type": "string", "format": "date-time"},
    workspace=UUID,
    data=closed_object(
        change_set=UUID,
        stream={**UUID, "description": "The journey, or the workspace for its directory."},
        stream_kind=TEXT,
        version={"type": "integer", "description": "The version of the stream after the change."},
        actor=closed_object(kind=TEXT, id={**UUID, "nullable": True}),
        subjects={
            "type": "array",
            "items": SUBJECT,
            "maxItems": MAX_SUBJECTS,
            "description": "The first records that changed.",
        },
        subjects_total={"type": "integer", "description": "How many records changed."},
    ),
)
HEADERS = {
    "webhook-id": "Identifies the event. It is the same if the event is sent again.",
    "webhook-timestamp": "When this attempt was made, in seconds since 1970.",
    "webhook-signature": "One or more signatures, as in Standard Webhooks 1.0.",
}


def add_webhooks(result: Any, generator: Any, request: Any, public: bool) -> Any:
    """Add each type of event to the OpenAPI schema, as `x-webhooks`. A drf-spectacular postprocessing hook.

    The value has the format of `webhooks` in OpenAPI 3.1. The schema is OpenAPI 3.0, which doesn't have
    that key.
    """
    result["components"]["schemas"]["WebhookEvent"] = EVENT
    result["x-webhooks"] = {
        kind.name: {"post": _operation(kind)} for kind in event_types().values()
    }
    return result


def _operation(kind: EventType) -> dict[str, Any]:
    content = {
        "schema": {"$ref": "#/components/schemas/WebhookEvent"},
        "examples": {"Event": {"value": example_event(kind)}},
    }
    return {
        "summary": str(kind.label),
        "parameters": [
            {"name": name, "in": "header", "required": True, "schema": TEXT, "description": text}
            for name, text in HEADERS.items()
        ],
        "requestBody": {"content": {"application/json": content}},
        "responses": {"2XX": {"description": "The event was received."}},
    }


def example_event(kind: EventType) -> dict[str, Any]:
    """Return an event of a type, with one subject."""
    slug = kind.record_types[0]
    subject = {"type": slug, "id": OWN_ID, "op": kind.ops[-1], "url": api_url_prefix(slug) + OWN_ID}
    return {
        "type": kind.name,
        "timestamp": PAST_INSTANT,
        "workspace": WORKSPACE,
        "data": {
            "change_set": CHANGE_SET,
            "stream": JOURNEY,
            "stream_kind": "journey",
            "version": 7,
            "actor": {"kind": "member", "id": MEMBER},
            "subjects": [subject],
            "subjects_total": 1,
        },
    }
