"""Base classes of the ownership API: parsing of values, detail views and state transitions."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from changes.api.records import RecordAPIView, etag, flatten_pointers
from changes.models import Record
from changes.ops import read_value
from core.actors import READ, Actor
from core.errors import AppError

POINTER_ALIASES: Mapping[str, str] = {"/end_note": "/note", "/dismissed_until": "/until"}


class OwnershipAPIMixin:
    """Mixin for the endpoints of all ownership records."""

    required_right = READ  # each service checks the right that its transition requires

    def parsed_value(self, name: str, default: Any = None, field: str = "") -> Any:
        """Return the value `name` from the body, parsed as the type of a field of the view's model.

        The field has the same name, unless `field` is given. If the body has no such value, return
        `default`, unless it is None. Raise InvalidRequest if the value isn't valid.
        """
        if name not in self.json_body and default is not None:
            return default
        return self.body_value(self.model, field or name, name)

    def body_value(
        self, model: type[Record], field: str, name: str = "", default: Any = None
    ) -> Any:
        """Return a value from the body, parsed as the type of a field of `model`.

        The value has the same name as the field, unless `name` is given. If the body has no such value,
        return `default`, unless it is None. Raise InvalidRequest if the value isn't valid.
        """
        name = name or field
        if name not in self.json_body and default is not None:
            return default
        return read_value(model._meta.get_field(field), self.json_body.get(name), f"/{name}")

    def run(self, write: Callable[[], Record], status: int = 200) -> Response:
        try:
            return self.record_response(write(), status)
        except AppError as refusal:
            refusal = flatten_pointers(refusal)
            refusal.errors = tuple(
                replace(error, pointer=POINTER_ALIASES.get(error.pointer, error.pointer))
                for error in refusal.errors
            )
            raise refusal from None


class OwnershipDetailAPIView(OwnershipAPIMixin, RecordAPIView):
    """Retrieve one record."""

    detail = True
    summaries: ClassVar = {"GET": "Retrieve {a}."}

    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        row = self.get_object()
        return self.etag_response(etag(row), lambda: self.serialize_record(row))


class TransitionAPIView(OwnershipAPIMixin, RecordAPIView):
    """Base view for a POST that changes a record's state. If-Match takes the record's ETag."""

    detail = True
    if_match_methods = frozenset({"POST"})
    needs_match = True
    body_fields: ClassVar[frozenset[str]] = frozenset()

    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        row = self.get_object()
        if self.body_fields:
            if self.raw_body:
                self.require_known_fields(self.body_fields)
        else:
            self.require_empty_body()
        actor = self.actor_with_if_match(
            self.idempotent_actor(row.workspace_id), row, required=self.needs_match
        )
        return self.run(lambda: self.perform(row, actor))

    def perform(self, row: Any, actor: Actor) -> Record:
        raise NotImplementedError

    def note_text(self, name: str) -> str:
        return str(self.parsed_value("note", "", name)) if self.raw_body else ""
