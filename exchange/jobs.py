"""Background jobs for exports that take longer than a request may."""

import shutil
from collections.abc import Iterator
from typing import IO, Any, ClassVar

from django.db.models import Count
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.errors import InvalidRequest
from core.tenancy import tenant_scope
from exchange.touchpoint_csv import header, rows_of_journeys
from journeys.models import Journey
from touchpoints.models import Touchpoint
from workspaces.files import file_create, file_open, temporary_file
from workspaces.job_kinds import JobKind, register_job_kind
from workspaces.models import File, Job

SLICE_ROWS = 5000


@register_job_kind
class TouchpointExport(JobKind):
    """All touchpoints of a workspace as one CSV file.

    Each slice is a group of journeys, and its part of the file has their rows. Templates, and journeys created
    after the start, are left out.
    """

    name: ClassVar = "touchpoints.export"
    label: ClassVar = _("Export touchpoints")
    scopes: ClassVar = ("maps:read", "touchpoints:read")

    def read_parameters(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Return the validated parameters: `status` limits the export to journeys with this status.

        Raise InvalidRequest for anything else.
        """
        unknown = sent.keys() - {"status"}
        if unknown:
            raise InvalidRequest.at(
                f"/parameters/{min(unknown)[:60]}", "unknown-field", gettext("Remove it.")
            )
        if sent and sent["status"] not in Journey.Status.values:
            raise InvalidRequest.at(
                "/parameters/status",
                "choice",
                gettext("Use one of {statuses}.").format(statuses=", ".join(Journey.Status.values)),
            )
        return sent

    def plan(self, job: Job) -> list[list[str]]:
        journeys = Journey.objects.filter(is_template=False, **job.parameters)
        ids = journeys.order_by("title", "pk").values_list("pk", flat=True)
        counted = Touchpoint.objects.values("stream").annotate(n=Count("pk")).order_by()
        counts = dict(counted.values_list("stream", "n"))
        return list(grouped([(str(pk), counts[pk]) for pk in ids if pk in counts], SLICE_ROWS))

    def run_slice(self, job: Job, argument: list[str], actor: Actor) -> None:
        with temporary_file() as part:
            with tenant_scope([job.workspace_id]):
                part.writelines(row.encode() for row in rows_of_journeys(argument))
            _store(job, part, actor)

    def finish(self, job: Job, parts: list[File], actor: Actor) -> File:
        with temporary_file() as result:
            result.write(header().encode())
            for part in parts:
                with file_open(part) as content:
                    shutil.copyfileobj(content, result)
            return _store(job, result, actor)


def _store(job: Job, content: IO[bytes], actor: Actor) -> File:
    return file_create(
        content=content,
        name=f"touchpoints-{job.created_at:%Y-%m-%d}.csv",
        media_type="text/csv",
        scopes=TouchpointExport.scopes,
        actor=actor,
    )


def grouped(counts: list[tuple[str, int]], limit: int) -> Iterator[list[str]]:
    """Yield groups of consecutive journeys with about `limit` rows each.

    A journey with more rows is a group of its own.
    """
    group: list[str] = []
    size = 0
    for journey_id, count in counts:
        if group and size + count > limit:
            yield group
            group, size = [], 0
        group.append(journey_id)
        size += count
    if group:
        yield group
