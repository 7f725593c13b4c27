"""Base class for API views that search by name."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.actors import READ
from core.api.parameters import WORKSPACE, QueryParameter
from core.api.views import BaseAPIView
from core.search import NameSearch

SEARCH_TEXT = QueryParameter(
    {"type": "string"},
    "The start of one or more words of the name, in any order. Case and compatibility forms of"
    " letters don't matter. Without it, the first names of the alphabet.",
)


class SearchHitSerializer(serializers.Serializer):
    """A match: the object's id, its name, and a detail that distinguishes it from others of that name."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)


class SearchHitsSerializer(serializers.Serializer):
    results = SearchHitSerializer(many=True)


class NameSearchAPIView(BaseAPIView):
    """Return the best matches in one workspace."""

    serializer_class = SearchHitsSerializer
    query_parameters: ClassVar = {"workspace": WORKSPACE, "q": SEARCH_TEXT}
    name_search: ClassVar[NameSearch]

    def get(self, request: Request) -> Response:
        query = request._request.GET
        workspace_id = self.requested_workspace_id(query.get("workspace"), "?workspace")
        self.caller.actor_for(workspace_id).require(READ)
        rows = self.name_search.best(self.searched_rows(workspace_id), query.get("q", ""))
        hits = [
            {"id": row.pk, "name": str(row), "detail": self.name_search.detail(row)} for row in rows
        ]
        return Response(SearchHitsSerializer({"results": hits}).data)

    def searched_rows(self, workspace_id: UUID) -> QuerySet[Any]:
        """Return the workspace's rows that can be searched."""
        raise NotImplementedError
