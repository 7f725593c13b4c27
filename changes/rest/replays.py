"""Answer a request that was done before under its key, also when what it concerned has gone."""

from typing import Any

from rest_framework.response import Response

from changes.services import Replayed, recorded
from workspaces.access import DRAW
from workspaces.errors import Conflict, Invalid, NotFound
from workspaces.rest.views import SAFE, Door


class ReplayMixin(Door):
    """An endpoint that answers the same request, sent again, as the first time."""

    @property
    def right(self) -> str:
        """The right that writing here needs."""
        return DRAW

    def handle_exception(self, exc: Exception) -> Any:
        # Done once, it may be impossible now: its record or a parent was removed or changed.
        if isinstance(exc, NotFound | Invalid | Conflict) and (sets := self.recorded_before()):
            exc = Replayed(sets)
        if not isinstance(exc, Replayed):
            return super().handle_exception(exc)
        response = self.replayed(exc.sets)
        response["Idempotency-Replayed"] = "true"
        return response

    def replayed(self, sets: list[dict[str, Any]]) -> Response:
        """Return the answer to a gesture that was recorded before."""
        raise NotImplementedError

    def recorded_before(self) -> list[dict[str, Any]]:
        """Return what this very request did when it was sent before; or nothing."""
        if self.request.method in SAFE:
            return []
        for workspace_id, actor in self.caller.actors.items():
            if actor.can(self.right) and (sets := self._recorded_in(workspace_id)):
                return sets
        return []

    def _recorded_in(self, workspace_id: Any) -> list[dict[str, Any]]:
        try:
            return recorded(self.acting(workspace_id))
        except Invalid:  # the key, or the body, is what was refused
            return []
