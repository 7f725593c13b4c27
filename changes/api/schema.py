"""OpenAPI schemas for snapshots, change sets and ops, derived from the record types."""

from typing import Any

from django.db import models
from drf_spectacular.utils import OpenApiExample

from changes.live.presence import CONNECTION_ID, FIELD_NAME, MAX_SELECTED
from changes.models import NumberListField, Record, logged_fields, record_types
from changes.ops import MAX_OPS, VERBS, is_required_field
from core.api.examples import (
    CHANGE_SET,
    DEPARTMENT,
    GESTURE,
    JOURNEY,
    MEMBER,
    PAST_INSTANT,
    STAGE,
    WORKSPACE,
)
from core.api.parameters import QueryParameter, integer_parameter

UUID_SCHEMA = {"type": "string", "format": "uuid"}
INSTANT_SCHEMA = {"type": "string", "format": "date-time"}


def schema_ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


SINCE = integer_parameter(
    "The `position` of the last page you read; 0 to start from the beginning.", default=0
)
LIMIT = integer_parameter(
    "The maximum number of change sets in a page. A page may have fewer.", 1, 500, default=100
)
VERSION = integer_parameter("The version to return. If omitted, the current version.")
HISTORY_PARAMETERS = {
    "before": integer_parameter("Only change sets before this version.", 1),
    "limit": integer_parameter("The maximum number of change sets.", 1, 500, default=50),
    "member": QueryParameter(UUID_SCHEMA, "Only change sets by this member."),
    "record": QueryParameter(
        UUID_SCHEMA, "Only change sets about this record or about anything that was ever in it."
    ),
    "type": QueryParameter(
        {"type": "string", "enum": sorted(record_types())},
        "Only change sets that changed records of this type.",
    ),
}
CHANGE_SETS_VALUE = {
    "sets": [
        {
            "id": CHANGE_SET,
            "gesture": GESTURE,
            "stream": JOURNEY,
            "version": 8,
            "feed": 120,
            "action": "stage.set",
            "actor": {"kind": "member", "id": MEMBER},
            "at": PAST_INSTANT,
            "undoes": None,
            "undoable": True,
            "changes": [
                {
                    "op": "set",
                    "type": "stage",
                    "id": STAGE,
                    "before": {"title": "Buy"},
                    "after": {"title": "Choose and buy"},
                }
            ],
        }
    ],
    "left_alone": [],
}
EDIT_EXAMPLES = [
    OpenApiExample(
        "A gesture",
        value={
            "ops": [
                {"op": "set", "type": "stage", "id": STAGE, "fields": {"title": "Choose and buy"}}
            ],
        },
        request_only=True,
    ),
    OpenApiExample("An undo", value={"undo": GESTURE}, request_only=True),
    OpenApiExample("The committed change sets", value=CHANGE_SETS_VALUE, response_only=True),
]
DIRECTORY_EDIT_EXAMPLES = [
    OpenApiExample(
        "A gesture",
        value={
            "ops": [
                {
                    "op": "set",
                    "type": "department",
                    "id": DEPARTMENT,
                    "fields": {"name": "Care and returns"},
                }
            ]
        },
        request_only=True,
    ),
    EDIT_EXAMPLES[-1],
]
CHANGE_SETS_EXAMPLE = OpenApiExample(
    "Change sets",
    value={"next": None, "previous": None, "position": 8, "results": CHANGE_SETS_VALUE["sets"]},
    response_only=True,
)
PRESENCE_VALUE = {
    "c": "c_4bWkF0n2Qz7r",
    "sel": [STAGE],
    "edit": {"id": STAGE, "field": "title"},
    "cur": None,
    "view": None,
}
PRESENCE_EXAMPLES = [
    OpenApiExample("A window", value=PRESENCE_VALUE, request_only=True),
    OpenApiExample(
        "The other windows",
        value={
            "peers": [{**PRESENCE_VALUE, "c": "c_Zm4aY0qL1v8", "member": GESTURE, "name": "Amara"}]
        },
        response_only=True,
    ),
]
SNAPSHOT_EXAMPLE = OpenApiExample(
    "A journey",
    value={
        "stream": JOURNEY,
        "version": 8,
        "records": [
            {
                "type": "stage",
                "id": STAGE,
                "version": 8,
                "fields": {
                    "journey": JOURNEY,
                    "title": "Choose and buy",
                    "time_span": "Day 1-3",
                    "summary": "",
                    "position": "n0",
                    "is_locked": False,
                },
            }
        ],
    },
    response_only=True,
)


HISTORY_EXAMPLE = OpenApiExample(
    "A group of changes",
    value={
        "next": None,
        "previous": None,
        "results": [
            {
                "first": 7,
                "last": 8,
                "at": PAST_INSTANT,
                "who": "Mina Kato",
                "member": MEMBER,
                "sentences": [
                    {
                        "version": 8,
                        "at": PAST_INSTANT,
                        "text": "renamed stage “Buy” to “Choose and buy”",
                        "type": "stage",
                        "id": STAGE,
                        "gesture": GESTURE,
                    }
                ],
            }
        ],
    },
    response_only=True,
)
RESTORE_EXAMPLES = [
    OpenApiExample("Restore version 7", value={"version": 7}, request_only=True),
    OpenApiExample("The committed change sets", value=CHANGE_SETS_VALUE, response_only=True),
]
NAMED_VERSION = {"name": "As shown to the board", "number": 7}
NAMED_VERSION_EXAMPLES = [
    OpenApiExample("A name", value=NAMED_VERSION, request_only=True),
    OpenApiExample(
        "A named version",
        value={
            "id": STAGE,
            "workspace": WORKSPACE,
            "version": 9,
            "updated_at": PAST_INSTANT,
            "feed": 121,
            "journey": JOURNEY,
            **NAMED_VERSION,
            "made_by": MEMBER,
            "made_at": PAST_INSTANT,
        },
        response_only=True,
        status_codes=["201"],
    ),
]


def add_op_schemas(result: Any, generator: Any, request: Any, public: bool) -> Any:
    """Add the schemas that the stream endpoints refer to. A drf-spectacular postprocessing hook."""
    result["components"]["schemas"].update(components())
    return result


def components() -> dict[str, Any]:
    """Return all schemas of this module by name."""
    writable = [model for model in record_types().values() if model.op_fields or model.place]
    movable = [model for model in writable if model.place]
    schemas: dict[str, Any] = {
        "Op": {"oneOf": [schema_ref(f"{verb.title()}Op") for verb in VERBS]},
        "RemoveOp": _object(
            {
                "op": {"type": "string", "enum": ["remove"]},
                "type": {"type": "string", "enum": sorted(model.slug for model in writable)},
                "id": UUID_SCHEMA,
            },
            ["op", "type", "id"],
        ),
    }
    for verb, models_of_verb in {"add": writable, "set": writable, "move": movable}.items():
        names = {model.slug: f"{verb.title()}{model.__name__}Op" for model in models_of_verb}
        schemas[f"{verb.title()}Op"] = _one_of("type", names)
        for model in models_of_verb:
            schemas[names[model.slug]] = _op(verb, model)
    return schemas | _records() | _answers()


def _records() -> dict[str, Any]:
    """Return the schemas of records in snapshots, which have all logged fields of their type."""
    names = {slug: f"{model.__name__}Record" for slug, model in record_types().items()}
    schemas: dict[str, Any] = {"Record": _one_of("type", names)}
    for slug, model in record_types().items():
        fields = {field.name: field_schema(field) for field in logged_fields(model)}
        kind = {"type": "string", "enum": [slug]}
        schemas[names[slug]] = _whole(
            {
                "type": kind,
                "id": UUID_SCHEMA,
                "version": {"type": "integer"},
                "fields": _whole(fields),
            }
        )
    return schemas


def _op(verb: str, model: type[Record]) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "op": {"type": "string", "enum": [verb]},
        "type": {"type": "string", "enum": [model.slug]},
        "id": UUID_SCHEMA,
    }
    adds = verb == "add"
    if "fields" in VERBS[verb]:
        plain = {name: model._meta.get_field(name) for name in model.op_fields}
        needed = [name for name, field in plain.items() if adds and is_required_field(field)]
        schemas = {name: field_schema(field) for name, field in plain.items()}
        properties["fields"] = _object(schemas, needed)
    if "place" in VERBS[verb] and model.place:
        within = dict.fromkeys(model.place.parent_fields, UUID_SCHEMA)
        order = {"after": {**UUID_SCHEMA, "nullable": True}} if model.place.order_field else {}
        properties["place"] = _object({**within, **order}, list(within) if adds else [])
    parts = [name for name in ("fields", "place") if properties.get(name, {}).get("required")]
    return _object(properties, ["op", "type", *([] if adds else ["id"]), *parts])


def field_schema(field: Any) -> dict[str, Any]:
    """Return the schema for the values that changes.ops.read_value() accepts for a model field."""
    match field:
        case models.ForeignKey() | models.UUIDField():
            schema: dict[str, Any] = dict(UUID_SCHEMA)
        case models.BooleanField():
            schema = {"type": "boolean"}
        case models.IntegerField():
            schema = {"type": "integer"}
        case models.FloatField():
            schema = {"type": "number"}
        case models.DateTimeField():
            schema = {"type": "string", "format": "date-time"}
        case models.DateField():
            schema = {"type": "string", "format": "date"}
        case NumberListField():
            schema = {"type": "array", "items": {"type": "number"}, "maxItems": field.max_items}
        case models.JSONField():
            schema = {}
        case _:
            schema = {"type": "string"}
            if field.choices:
                schema["enum"] = [value for value, _ in field.choices]
                if field.blank:
                    schema["enum"].append("")
            elif field.max_length:
                schema["maxLength"] = field.max_length
    return {**schema, "nullable": True} if field.null else schema


def _answers() -> dict[str, Any]:
    anything = {"type": "object", "additionalProperties": True}
    text, whole = {"type": "string"}, {"type": "integer"}
    change = {
        "op": {"type": "string", "enum": ["add", "set", "remove"]},
        "type": text,
        "id": UUID_SCHEMA,
        "before": anything,
        "after": anything,
    }
    change_set = {
        "id": UUID_SCHEMA,
        "gesture": UUID_SCHEMA,
        "stream": UUID_SCHEMA,
        "version": whole,
        "feed": whole,
        "action": text,
        "actor": _whole({"kind": text, "id": {**UUID_SCHEMA, "nullable": True}}),
        "at": INSTANT_SCHEMA,
        "undoes": {**UUID_SCHEMA, "nullable": True},
        "undoable": {"type": "boolean"},
        "changes": _list(_whole(change)),
    }
    url = {"type": "string", "format": "uri", "nullable": True}
    position = {**whole, "description": "Send it as `since` to get the next change sets."}
    page = {
        "next": url,
        "previous": url,
        "position": position,
        "results": _list(schema_ref("ChangeSet")),
    }
    sentence = {
        "version": whole,
        "at": INSTANT_SCHEMA,
        "text": text,
        "type": {**text, "nullable": True},
    }
    sentence |= {
        "id": {**UUID_SCHEMA, "nullable": True},
        "gesture": {**UUID_SCHEMA, "nullable": True},
    }
    group = {
        "first": whole,
        "last": whole,
        "at": INSTANT_SCHEMA,
        "who": text,
        "member": {**UUID_SCHEMA, "nullable": True},
        "sentences": _list(_whole(sentence)),
    }
    history_page = {"next": url, "previous": url, "results": _list(_whole(group))}
    left_alone = _whole({"type": text, "id": UUID_SCHEMA, "field": text})
    ops = {**_list(schema_ref("Op")), "minItems": 1, "maxItems": MAX_OPS}
    presence = _presence_schema()
    return {
        "PresenceRequest": _object(presence, ["c"]),
        "PresenceAnswer": _whole(
            {"peers": _list(_whole({**presence, "member": UUID_SCHEMA, "name": text}))}
        ),
        "ChangeSet": _whole(change_set),
        "ChangeSetPage": _whole(page),
        "Snapshot": _whole(
            {"stream": UUID_SCHEMA, "version": whole, "records": _list(schema_ref("Record"))}
        ),
        "HistoryPage": _whole(history_page),
        "RestoreRequest": _object(
            {"id": UUID_SCHEMA, "version": {**whole, "minimum": 1}}, ["version"]
        ),
        "EditRequest": {"oneOf": [schema_ref("OpsRequest"), schema_ref("UndoRequest")]},
        "OpsRequest": _object({"id": UUID_SCHEMA, "ops": ops}, ["ops"]),
        "UndoRequest": _object({"id": UUID_SCHEMA, "undo": UUID_SCHEMA}, ["undo"]),
        "EditAnswer": _whole(
            {"sets": _list(schema_ref("ChangeSet")), "left_alone": _list(left_alone)}
        ),
    }


def _presence_schema() -> dict[str, Any]:
    number = {"type": "number", "minimum": -1e6, "maximum": 1e6}
    spot = {"step": {**UUID_SCHEMA, "nullable": True}, "lane": {**UUID_SCHEMA, "nullable": True}}
    field = {"type": "string", "pattern": f"^{FIELD_NAME.pattern}$"}
    return {
        "c": {"type": "string", "pattern": f"^{CONNECTION_ID.pattern}$"},
        "sel": {**_list(UUID_SCHEMA), "maxItems": MAX_SELECTED},
        "edit": {**_whole({"id": UUID_SCHEMA, "field": field}), "nullable": True},
        "cur": {**_whole({**spot, "dx": number, "dy": number}), "nullable": True},
        "view": {**_list(UUID_SCHEMA), "minItems": 2, "maxItems": 2, "nullable": True},
    }


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**schema, "required": required} if required else schema


def _whole(properties: dict[str, Any]) -> dict[str, Any]:
    return _object(properties, list(properties))


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _one_of(discriminator: str, names: dict[str, str]) -> dict[str, Any]:
    return {
        "oneOf": [schema_ref(name) for name in names.values()],
        "discriminator": {
            "propertyName": discriminator,
            "mapping": {value: schema_ref(name)["$ref"] for value, name in names.items()},
        },
    }
