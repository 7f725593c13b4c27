"""OpenAPI of snapshots, change sets and ops. The op's shape is built from the record types."""

from typing import Any

from django.db import models
from drf_spectacular.utils import OpenApiExample

from changes.models import NumbersField, Record, logged_fields, record_types
from changes.ops import MOST_OPS, VERBS, is_needed
from changes.presence import FIELD, MOST_SELECTED, NAME
from workspaces.rest.examples import (
    DEPARTMENT,
    GESTURE,
    JOURNEY,
    MEMBER,
    PAST,
    SET,
    STAGE,
    WORKSPACE,
)
from workspaces.rest.parameters import Query, number

UUID = {"type": "string", "format": "uuid"}
AT = {"type": "string", "format": "date-time"}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


SINCE = number("`position` of the last page you read; 0 for the beginning.", default=0)
LIMIT = number("The most change sets in a page. A page may have fewer.", 1, 500, default=100)
VERSION = number("As it was at this version; left out: as it is now.")
OF_HISTORY = {
    "before": number("Only what is older than this version.", 1),
    "limit": number("How many change sets.", 1, 500, default=50),
    "member": Query(UUID, "Only what this member did."),
    "record": Query(UUID, "Only what concerns this record, or what ever stood in it."),
}
SETS = {
    "sets": [
        {
            "id": SET,
            "gesture": GESTURE,
            "stream": JOURNEY,
            "version": 8,
            "feed": 120,
            "action": "stage.set",
            "actor": {"kind": "member", "id": MEMBER},
            "at": PAST,
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
EDITS = [
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
    OpenApiExample("What was committed", value=SETS, response_only=True),
]
DIRECTORY_EDITS = [
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
    EDITS[-1],
]
CHANGE_SETS = OpenApiExample(
    "Change sets",
    value={"next": None, "previous": None, "position": 8, "results": SETS["sets"]},
    response_only=True,
)
WINDOW = {
    "c": "c_4bWkF0n2Qz7r",
    "sel": [STAGE],
    "edit": {"id": STAGE, "field": "title"},
    "cur": None,
    "view": None,
}
PRESENCE = [
    OpenApiExample("A window", value=WINDOW, request_only=True),
    OpenApiExample(
        "Who else is there",
        value={"peers": [{**WINDOW, "c": "c_Zm4aY0qL1v8", "member": GESTURE, "name": "Amara"}]},
        response_only=True,
    ),
]
SNAPSHOT = OpenApiExample(
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


HISTORY = OpenApiExample(
    "A sitting",
    value={
        "next": None,
        "previous": None,
        "results": [
            {
                "first": 7,
                "last": 8,
                "at": PAST,
                "who": "Mina Kato",
                "member": MEMBER,
                "sentences": [
                    {
                        "version": 8,
                        "at": PAST,
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
RESTORE = [
    OpenApiExample("Bring version 7 back", value={"version": 7}, request_only=True),
    OpenApiExample("What was committed", value=SETS, response_only=True),
]
NAMED_VERSION = {"name": "As shown to the board", "number": 7}
NAMED = [
    OpenApiExample("A name", value=NAMED_VERSION, request_only=True),
    OpenApiExample(
        "Named",
        value={
            "id": STAGE,
            "workspace": WORKSPACE,
            "version": 9,
            "updated_at": PAST,
            "feed": 121,
            "journey": JOURNEY,
            **NAMED_VERSION,
            "made_by": MEMBER,
            "made_at": PAST,
        },
        response_only=True,
        status_codes=["201"],
    ),
]


def add_ops(result: Any, generator: Any, request: Any, public: bool) -> Any:
    """Add the components that the views of streams refer to."""
    result["components"]["schemas"].update(components())
    return result


def components() -> dict[str, Any]:
    """Return all schemas of this page, by name."""
    writable = [model for model in record_types().values() if model.plain or model.place]
    movable = [model for model in writable if model.place]
    found: dict[str, Any] = {
        "Op": {"oneOf": [ref(f"{verb.title()}Op") for verb in VERBS]},
        "RemoveOp": _object(
            {
                "op": {"type": "string", "enum": ["remove"]},
                "type": {"type": "string", "enum": sorted(model.slug for model in writable)},
                "id": UUID,
            },
            ["op", "type", "id"],
        ),
    }
    for verb, models_of_verb in {"add": writable, "set": writable, "move": movable}.items():
        names = {model.slug: f"{verb.title()}{model.__name__}Op" for model in models_of_verb}
        found[f"{verb.title()}Op"] = _one_of("type", names)
        for model in models_of_verb:
            found[names[model.slug]] = _op(verb, model)
    return found | _records() | _answers()


def _records() -> dict[str, Any]:
    """Return what snapshots hold: each type with all the fields that the log keeps of it."""
    names = {slug: f"{model.__name__}Record" for slug, model in record_types().items()}
    found: dict[str, Any] = {"Record": _one_of("type", names)}
    for slug, model in record_types().items():
        fields = {field.name: field_schema(field) for field in logged_fields(model)}
        kind = {"type": "string", "enum": [slug]}
        found[names[slug]] = _whole(
            {"type": kind, "id": UUID, "version": {"type": "integer"}, "fields": _whole(fields)}
        )
    return found


def _op(verb: str, model: type[Record]) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "op": {"type": "string", "enum": [verb]},
        "type": {"type": "string", "enum": [model.slug]},
        "id": UUID,
    }
    adds = verb == "add"
    if "fields" in VERBS[verb]:
        plain = {name: model._meta.get_field(name) for name in model.plain}
        needed = [name for name, field in plain.items() if adds and is_needed(field)]
        schemas = {name: field_schema(field) for name, field in plain.items()}
        properties["fields"] = _object(schemas, needed)
    if "place" in VERBS[verb] and model.place:
        within = dict.fromkeys(model.place.within, UUID)
        order = {"after": {**UUID, "nullable": True}} if model.place.order else {}
        properties["place"] = _object({**within, **order}, list(within) if adds else [])
    parts = [name for name in ("fields", "place") if properties.get(name, {}).get("required")]
    return _object(properties, ["op", "type", *([] if adds else ["id"]), *parts])


def field_schema(field: Any) -> dict[str, Any]:
    """Return the schema of a model's field, as ops read it (changes.ops.read_value)."""
    match field:
        case models.ForeignKey() | models.UUIDField():
            schema: dict[str, Any] = dict(UUID)
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
        case NumbersField():
            schema = {"type": "array", "items": {"type": "number"}, "maxItems": field.most}
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
        "id": UUID,
        "before": anything,
        "after": anything,
    }
    change_set = {
        "id": UUID,
        "gesture": UUID,
        "stream": UUID,
        "version": whole,
        "feed": whole,
        "action": text,
        "actor": _whole({"kind": text, "id": {**UUID, "nullable": True}}),
        "at": AT,
        "undoes": {**UUID, "nullable": True},
        "undoable": {"type": "boolean"},
        "changes": _list(_whole(change)),
    }
    url = {"type": "string", "format": "uri", "nullable": True}
    position = {**whole, "description": "Send it as `since` to ask for what came later."}
    page = {"next": url, "previous": url, "position": position, "results": _list(ref("ChangeSet"))}
    told = {"version": whole, "at": AT, "text": text, "type": {**text, "nullable": True}}
    told |= {"id": {**UUID, "nullable": True}, "gesture": {**UUID, "nullable": True}}
    sitting = {
        "first": whole,
        "last": whole,
        "at": AT,
        "who": text,
        "member": {**UUID, "nullable": True},
        "sentences": _list(_whole(told)),
    }
    past = {"next": url, "previous": url, "results": _list(_whole(sitting))}
    left_alone = _whole({"type": text, "id": UUID, "field": text})
    ops = {**_list(ref("Op")), "minItems": 1, "maxItems": MOST_OPS}
    window = _window()
    return {
        "PresenceRequest": _object(window, ["c"]),
        "PresenceAnswer": _whole(
            {"peers": _list(_whole({**window, "member": UUID, "name": text}))}
        ),
        "ChangeSet": _whole(change_set),
        "ChangeSetPage": _whole(page),
        "Snapshot": _whole({"stream": UUID, "version": whole, "records": _list(ref("Record"))}),
        "HistoryPage": _whole(past),
        "RestoreRequest": _object({"id": UUID, "version": {**whole, "minimum": 1}}, ["version"]),
        "EditRequest": {"oneOf": [ref("OpsRequest"), ref("UndoRequest")]},
        "OpsRequest": _object({"id": UUID, "ops": ops}, ["ops"]),
        "UndoRequest": _object({"id": UUID, "undo": UUID}, ["undo"]),
        "EditAnswer": _whole({"sets": _list(ref("ChangeSet")), "left_alone": _list(left_alone)}),
    }


def _window() -> dict[str, Any]:
    number = {"type": "number", "minimum": -1e6, "maximum": 1e6}
    spot = {"step": {**UUID, "nullable": True}, "lane": {**UUID, "nullable": True}}
    field = {"type": "string", "pattern": f"^{FIELD.pattern}$"}
    return {
        "c": {"type": "string", "pattern": f"^{NAME.pattern}$"},
        "sel": {**_list(UUID), "maxItems": MOST_SELECTED},
        "edit": {**_whole({"id": UUID, "field": field}), "nullable": True},
        "cur": {**_whole({**spot, "dx": number, "dy": number}), "nullable": True},
        "view": {**_list(UUID), "minItems": 2, "maxItems": 2, "nullable": True},
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
        "oneOf": [ref(name) for name in names.values()],
        "discriminator": {
            "propertyName": discriminator,
            "mapping": {value: ref(name)["$ref"] for value, name in names.items()},
        },
    }
