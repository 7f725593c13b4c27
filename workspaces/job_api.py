"""REST API views for jobs."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.parameters import WORKSPACE
from core.api.views import BaseAPIView
from core.errors import InvalidRequest
from workspaces.access import get_job
from workspaces.job_kinds import visible_kinds
from workspaces.jobs import job_cancel, job_create
from workspaces.models import Job


class JobSerializer(serializers.ModelSerializer):
    workspace = serializers.UUIDField(source="workspace_id", required=False)
    kind = serializers.CharField(help_text="For example `touchpoints.export`.")
    parameters = serializers.DictField(
        required=False,
        help_text=(
            "`touchpoints.export`: optionally the `status` of the journeys. `storyboard.pdf`: the id"
            " of a `journey`; optionally the frames on a page (`per_page`: 1, 2, 4, 6 or 9), the"
            " `paper` (`a4` or `letter`) and the `fields` beside each picture (`place`, `feeling`,"
            " `caption`, `speech`, `description`, `notes`). `storyboard.pictures`: the id of a"
            " `journey`; optionally the `format` (`png` or `svg`)."
        ),
    )
    created_by = serializers.UUIDField(
        source="created_by_id",
        read_only=True,
        allow_null=True,
        help_text="The member who started it; null for a service token.",
    )
    done = serializers.IntegerField(read_only=True, help_text="Slices that are complete.")
    total = serializers.IntegerField(
        read_only=True, help_text="All slices, or 0 before the job has started."
    )
    message = serializers.CharField(read_only=True, help_text="Why it failed.")
    result = serializers.UUIDField(
        source="result_id",
        read_only=True,
        allow_null=True,
        help_text="A file: `GET /api/v1/files/{id}/content`.",
    )

    class Meta:
        model = Job
        fields: ClassVar = (
            "id",
            "workspace",
            "kind",
            "parameters",
            "state",
            "done",
            "total",
            "message",
            "is_cancel_requested",
            "result",
            "created_by",
            "created_at",
            "finished_at",
        )
        read_only_fields: ClassVar = (
            "id",
            "state",
            "is_cancel_requested",
            "created_at",
            "finished_at",
        )


JOB_EXAMPLE = {"kind": "touchpoints.export", "parameters": {"status": "live"}}


class JobListAPIView(ListModelMixin, BaseAPIView):
    serializer_class = JobSerializer
    is_list = True
    write_scopes = ("jobs:write",)
    query_parameters: ClassVar = {"workspace": WORKSPACE}
    example: ClassVar = JOB_EXAMPLE

    def get(self, request: Request) -> Response:
        """List the jobs of your workspaces. A token sees the kinds whose scopes it has."""
        return self.list(request)

    def get_queryset(self) -> QuerySet[Job]:
        visible = Q(pk=None)
        for workspace_id in self.requested_workspace_ids():
            kinds = visible_kinds(self.caller.actor_for(workspace_id))
            visible |= Q(workspace=workspace_id, kind__in=kinds)
        return Job.objects.filter(visible)

    def post(self, request: Request) -> Response:
        """Start a job. A token also needs the scopes of its kind.

        `touchpoints.export` and `storyboard.pdf` need `maps:read` and `touchpoints:read`;
        `storyboard.pictures` needs `maps:read`.

        Poll the job every few seconds until `finished_at` is set. Jobs and their results are deleted after 30
        days.
        """
        sent = self.require_known_fields(frozenset({"workspace", "kind", "parameters"}))
        parameters: Any = sent.get("parameters", {})
        if not isinstance(parameters, dict):
            raise InvalidRequest.at("/parameters", "type", "Send a JSON object.")
        actor = self.idempotent_actor(
            self.requested_workspace_id(sent.get("workspace"), "/workspace")
        )
        job = job_create(kind=sent.get("kind", ""), parameters=parameters, actor=actor)
        return Response(
            JobSerializer(job).data, status=201, headers={"Location": f"/api/v1/jobs/{job.id}"}
        )


class JobDetailAPIView(BaseAPIView):
    serializer_class = JobSerializer
    example: ClassVar = JOB_EXAMPLE

    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Retrieve a job: its state, its progress and its result. A token needs the scopes of its kind."""
        return Response(JobSerializer(get_job(self.caller, id)).data)


class JobCancelAPIView(BaseAPIView):
    serializer_class = JobSerializer
    example: ClassVar = JOB_EXAMPLE
    has_location = False
    write_scopes = ("jobs:write",)

    @extend_schema(request=None, responses=JobSerializer)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Ask a job to stop before its next slice.

        A finished job doesn't change. You can cancel your own jobs. To cancel other people's jobs, you need the
        `members` right. A service token can cancel the jobs of all service tokens.
        """
        self.require_empty_body()
        job = get_job(self.caller, id)
        job = job_cancel(job=job, actor=self.idempotent_actor(job.workspace_id))
        return Response(JobSerializer(job).data)
