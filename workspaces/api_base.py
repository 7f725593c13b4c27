"""Base class for API views of members, invitations, tokens and demotions."""

from uuid import UUID

from core.api.views import BaseAPIView


class AccessAPIView(BaseAPIView):
    """Base class for API views of resources that control access and aren't records."""

    def requested_workspaces(self, right: str) -> list[UUID]:
        """Return the requested workspaces in which the caller has the right.

        Raise Forbidden if the caller lacks the right in all of them.
        """
        named = self.request._request.GET.get("workspace")
        if named is None:
            actors = self.caller.actors
            allowed = [workspace_id for workspace_id, actor in actors.items() if actor.can(right)]
            if allowed or not actors:
                return allowed
            named = str(next(iter(actors)))
        workspace_id = self.requested_workspace_id(named, "?workspace")
        self.caller.actor_for(workspace_id).require(right)
        return [workspace_id]
