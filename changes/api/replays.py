"""Idempotent writes: a request that repeats an idempotency key gets the first response again."""

from typing import Any
from uuid import UUID

from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response

from changes.services import AlreadyRecorded, recorded
from core.actors import DRAW
from core.errors import AppError, Conflict, InvalidRequest, NotFound


class ReplayMixin:
    """Mixin for a BaseAPIView. A repeated request gets the first response again."""

    @property
    def required_right(self) -> str:
        """Return the right that a write requires."""
        return DRAW

    def handle_exception(self, exc: Exception) -> Any:
        # The record, its parent or its journey may have been removed since the first request.
        if isinstance(exc, NotFound | InvalidRequest | Conflict) and (
            sets := self.recorded_before()
        ):
            exc = AlreadyRecorded(sets)
        if not isinstance(exc, AlreadyRecorded):
            return super().handle_exception(exc)
        response = self.replay_response(exc.sets)
        response["Idempotency-Replayed"] = "true"
        return response

    def replay_response(self, sets: list[dict[str, Any]]) -> Response:
        """Return the response for a gesture that was recorded before."""
        raise NotImplementedError

    def recorded_before(self) -> list[dict[str, Any]]:
        """Return the change sets of an earlier, identical request with the same key, if any."""
        if self.request.method in SAFE_METHODS:
            return []
        for workspace_id, actor in self.caller.actors.items():
            if actor.can(self.required_right) and (sets := self._recorded_in(workspace_id)):
                return sets
        return []

    def _recorded_in(self, workspace_id: UUID) -> list[dict[str, Any]]:
        try:
            return recorded(self.idempotent_actor(workspace_id))
        except AppError:  # the key or the body itself is invalid
            return []
