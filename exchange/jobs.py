"""Background jobs for exports that take longer than a request may."""

import shutil
from collections.abc import Collection, Iterator, Sequence
from io import BytesIO
from typing import IO, Any, ClassVar
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.db.models import Count
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.child_process import Limits
from core.errors import InvalidRequest, NotFound
from core.ids import find_uuid
from core.tenancy import tenant_scope
from exchange.render.pdf import render_storyboard
from exchange.render.png import render_png_archive
from exchange.storyboard import (
    FIELDS,
    FRAMES_PER_PAGE,
    PAPERS,
    SheetOptions,
    default_paper,
    drawn_pictures,
    read_picture,
    storyboard_filename,
    storyboard_sheet,
)
from exchange.touchpoint_csv import header, rows_of_journeys
from journeys.models import Journey
from touchpoints.models import Touchpoint
from workspaces.files import file_create, file_open, temporary_file
from workspaces.job_kinds import JobKind, register_job_kind
from workspaces.jobs import run_in_child
from workspaces.models import File, Job

SLICE_ROWS = 5000
SLICE_PICTURES = 10
PDF_LIMITS = Limits(megabytes=1536, seconds=120)
PNG_LIMITS = Limits(megabytes=1024, seconds=120)


@register_job_kind
class TouchpointExport(JobKind):
    """All touchpoints of a workspace as one CSV file.

    Each slice writes the rows of a group of journeys as its part of the file. Templates, and journeys created
    after the start of the job, are left out.
    """

    name: ClassVar = "touchpoints.export"
    label: ClassVar = _("Export touchpoints")
    scopes: ClassVar = ("maps:read", "touchpoints:read")

    def read_parameters(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Return the validated parameters: `status` limits the export to journeys with this status.

        Raise InvalidRequest for anything else.
        """
        _require_known(sent, {"status"})
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
    """Yield groups of consecutive journey ids with at most `limit` rows each.

    `counts` has (journey id, number of rows). A journey with more rows is a group of its own.
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


@register_job_kind
class StoryboardPdf(JobKind):
    """The storyboard of a journey as a PDF to print."""

    name: ClassVar = "storyboard.pdf"
    label: ClassVar = _("Storyboard as PDF")
    scopes: ClassVar = ("maps:read", "touchpoints:read")

    def read_parameters(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Return the validated parameters, with defaults for those that weren't sent.

        `journey` is required; `per_page`, `paper` and the `fields` to print are optional. Raise
        InvalidRequest for anything else.
        """
        _require_known(sent, {"journey", "per_page", "paper", "fields"})
        fields = sent.get("fields", list(FIELDS))
        if not isinstance(fields, list) or not all(field in FIELDS for field in map(str, fields)):
            raise _not_a_choice("fields", FIELDS)
        return {
            "journey": _journey_id(sent),
            "per_page": _choice(sent, "per_page", FRAMES_PER_PAGE, 6),
            "paper": _choice(sent, "paper", PAPERS, default_paper(get_language() or "en")),
            "fields": [name for name in FIELDS if name in fields],
        }

    def plan(self, job: Job) -> list[Any]:
        _get_journey(job)
        return []

    def run_slice(self, job: Job, argument: Any, actor: Actor) -> None:
        raise NotImplementedError  # it has no slices

    def finish(self, job: Job, parts: list[File], actor: Actor) -> File:
        with tenant_scope([job.workspace_id]):
            journey = _get_journey(job)
            options = {name: value for name, value in job.parameters.items() if name != "journey"}
            sheet = storyboard_sheet(journey, SheetOptions(**options), job.created_at)
        content = run_in_child(job, render_storyboard, sheet, limits=PDF_LIMITS)
        return file_create(
            content=BytesIO(content),
            name=storyboard_filename(journey, ".pdf"),
            media_type="application/pdf",
            scopes=self.scopes,
            actor=actor,
        )


@register_job_kind
class StoryboardPictures(JobKind):
    """The pictures of a storyboard in a ZIP file.

    Each slice stores a ZIP file with some of the pictures as its part. finish() combines the parts.
    """

    name: ClassVar = "storyboard.pictures"
    label: ClassVar = _("Storyboard as pictures")
    scopes: ClassVar = ("maps:read",)

    def read_parameters(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Return the validated parameters: `journey`, and the `format`, `png` (the default) or `svg`.

        Raise InvalidRequest for anything else.
        """
        _require_known(sent, {"journey", "format"})
        return {
            "journey": _journey_id(sent),
            "format": _choice(sent, "format", ("png", "svg"), "png"),
        }

    def plan(self, job: Job) -> list[list[list[str]]]:
        pictures = drawn_pictures(_get_journey(job), job.parameters["format"])
        named = [[name, str(picture.pk)] for name, picture in pictures]
        return [named[at : at + SLICE_PICTURES] for at in range(0, len(named), SLICE_PICTURES)]

    def run_slice(self, job: Job, argument: list[list[str]], actor: Actor) -> None:
        with tenant_scope([job.workspace_id]):
            files = File.objects.in_bulk([UUID(file_id) for _name, file_id in argument])
        pictures = [(name, read_picture(files[UUID(file_id)])) for name, file_id in argument]
        if job.parameters["format"] == "png":
            content = run_in_child(job, render_png_archive, pictures, limits=PNG_LIMITS)
        else:
            content = _archive_of(pictures)
        self._store(job, BytesIO(content), "pictures.zip", actor)

    def finish(self, job: Job, parts: list[File], actor: Actor) -> File:
        with tenant_scope([job.workspace_id]):
            name = storyboard_filename(_get_journey(job), f"-{job.parameters['format']}.zip")
        with temporary_file() as result:
            with ZipFile(result, "w", ZIP_DEFLATED) as archive:
                for part in parts:
                    _copy_archive(part, archive, job.created_at.timetuple()[:6])
            return self._store(job, result, name, actor)

    def _store(self, job: Job, content: IO[bytes], name: str, actor: Actor) -> File:
        return file_create(
            content=content,
            name=name,
            media_type="application/zip",
            scopes=self.scopes,
            actor=actor,
        )


def _archive_of(pictures: Sequence[tuple[str, str]]) -> bytes:
    """Return a ZIP file with these (name, SVG) pictures. The same pictures always give the same bytes."""
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        for name, svg in pictures:
            archive.writestr(ZipInfo(name), svg)
    return content.getvalue()


def _copy_archive(part: File, archive: ZipFile, made_at: tuple[int, ...]) -> None:
    with file_open(part) as content, ZipFile(content) as pictures:
        for entry in pictures.infolist():
            copy = ZipInfo(entry.filename, made_at)  # type: ignore[arg-type]
            copy.compress_type = ZIP_DEFLATED
            archive.writestr(copy, pictures.read(entry))


def _get_journey(job: Job) -> Journey:
    """Return the journey that a job exports, with its persona and workspace.

    Raise NotFound if the journey has been removed.
    """
    journeys = Journey.objects.select_related("persona", "workspace")
    journey = journeys.filter(workspace=job.workspace_id, pk=job.parameters["journey"]).first()
    if journey is None:
        raise NotFound(gettext("This journey has been removed."))
    return journey


def _require_known(sent: dict[str, Any], known: set[str]) -> None:
    unknown = sent.keys() - known
    if unknown:
        raise InvalidRequest.at(
            f"/parameters/{min(unknown)[:60]}", "unknown-field", gettext("Remove it.")
        )


def _journey_id(sent: dict[str, Any]) -> str:
    journey_id = find_uuid(sent.get("journey"))
    if journey_id is None:
        raise InvalidRequest.at(
            "/parameters/journey", "required", gettext("Send the id of a journey.")
        )
    return str(journey_id)


def _choice(sent: dict[str, Any], name: str, choices: Collection[Any], default: Any) -> Any:
    value = sent.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | str) or value not in choices:
        raise _not_a_choice(name, choices)
    return value


def _not_a_choice(name: str, choices: Collection[Any]) -> InvalidRequest:
    return InvalidRequest.at(
        f"/parameters/{name}",
        "choice",
        gettext("Use one of {choices}.").format(choices=", ".join(map(str, choices))),
    )
