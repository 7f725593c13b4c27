"""Data for exports of a storyboard: the printed sheet, and the pictures with their file names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import get_language, get_language_bidi, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.child_process import Limits, run_in_child_process
from core.design_tokens import LIGHT
from core.emotion_faces import face_svg
from core.errors import Conflict
from exchange.render.pdf import Panel, StoryboardSheet
from exchange.render.png import render_png
from journeys.models import Journey
from storyboards.models import Frame
from storyboards.queries import MAX_NAME_LENGTH, film_of, frame_filename, frame_number
from touchpoints.models import Emotion
from touchpoints.queries import step_emotions
from workspaces.file_responses import file_response
from workspaces.files import file_open
from workspaces.models import File

FRAMES_PER_PAGE = (1, 2, 4, 6, 9)
PAPERS: Mapping[str, str] = {"a4": "a4", "letter": "us-letter"}  # Typst's names
LETTER_TERRITORIES = frozenset({"us", "ca", "mx", "co", "cl", "ve", "ph"})
FRAME_FORMATS = ("png", "svg")
FIELDS: Mapping[str, str | Promise] = {
    "place": _("Stage and step"),
    "feeling": _("How it feels"),
    "caption": _("Caption"),
    "speech": _("What they say"),
    "description": _("What we see"),
    "notes": _("Notes"),
}
MAX_PICTURE_BYTES = (
    100_000_000  # limit for all pictures of a storyboard, which are read into memory
)
PNG_LIMITS = Limits(megabytes=1024, seconds=20)


@dataclass(frozen=True)
class SheetOptions:
    """The options for printing a storyboard. `fields` are the names of the texts to print beside each picture."""

    per_page: int
    paper: str
    fields: Sequence[str]


def default_paper(language: str) -> str:
    """Return the usual paper size for a locale such as `en-us`: "letter" or "a4"."""
    return "letter" if language.lower().rpartition("-")[2] in LETTER_TERRITORIES else "a4"


def storyboard_sheet(journey: Journey, options: SheetOptions, made_at: datetime) -> StoryboardSheet:
    """Return a journey's storyboard as a sheet to print, in the current language. Call it in a tenant scope.

    Raise Conflict if the journey has no frames, or if the total size of its pictures is too large.
    """
    frames = film_of(journey.pk)
    if not frames:
        raise Conflict(gettext("This journey has no frames yet. Add one to its storyboard."))
    _require_readable(frames)
    emotions = step_emotions(journey.pk)
    return StoryboardSheet(
        title=journey.title,
        subtitle=_subtitle(journey, len(frames), made_at),
        language=(get_language() or "en").partition("-")[0],
        is_right_to_left=get_language_bidi(),
        made_at=made_at,
        panels=tuple(
            _panel(number, frame, emotions.get(frame.step_id), options.fields)
            for number, frame in enumerate(frames, 1)
        ),
        labels={"notes": gettext("Notes"), "empty": gettext("Not drawn yet")},
        faces={str(emotion.value): face_svg(emotion) for emotion in Emotion},
        colors=LIGHT,
        per_page=options.per_page,
        paper=PAPERS[options.paper],
    )


def _subtitle(journey: Journey, count: int, made_at: datetime) -> str:
    """Return the line beside the title: the persona, the number of frames and the date."""
    day = timezone.localtime(made_at, ZoneInfo(journey.workspace.time_zone))
    persona = journey.persona.name if journey.persona else ""
    frames = ngettext("{n} frame", "{n} frames", count).format(n=count)
    return " · ".join(filter(None, (persona, frames, date_format(day, "DATE_FORMAT"))))


def _panel(number: int, frame: Frame, emotion: float | None, fields: Sequence[str]) -> Panel:
    nearest = None if emotion is None else Emotion.nearest(emotion)
    texts = {
        "place": f"{frame.step.stage.label} · {frame.step.label}",
        "feeling": str(nearest.label) if nearest is not None else "",
        "caption": frame.caption,
        "speech": frame.speech,
        "description": frame.alt_text,
        "notes": frame.notes,
    }
    return Panel(
        number=number,
        svg=read_picture(frame.picture) if frame.picture else "",
        alt=frame.alt_text or frame.label,
        face="" if nearest is None else str(nearest.value),
        **{name: text for name, text in texts.items() if name in fields},
    )


def drawn_pictures(journey: Journey, suffix: str) -> list[tuple[str, File]]:
    """Return the pictures of a journey's frames with names such as `03-room-isnt-ready.png`.

    Call it in a tenant scope. Raise Conflict if no frame is drawn yet.
    """
    frames = film_of(journey.pk)
    named = [
        (frame_filename(number, frame, suffix), frame.picture)
        for number, frame in enumerate(frames, 1)
        if frame.picture
    ]
    if not named:
        raise Conflict(gettext("No frame of this storyboard is drawn yet. Draw one first."))
    return named


def storyboard_filename(journey: Journey, ending: str) -> str:
    words = slugify(journey.title, allow_unicode=True)[:MAX_NAME_LENGTH].strip("-_")
    return f"{words or 'storyboard'}{ending}"


def _require_readable(frames: Sequence[Frame]) -> None:
    if sum(frame.picture.size for frame in frames if frame.picture) > MAX_PICTURE_BYTES:
        raise Conflict(
            gettext(
                "The pictures of this storyboard are larger than {n} MB in total. "
                "Export them as a ZIP file, or simplify some of them."
            ).format(n=MAX_PICTURE_BYTES // 1_000_000)
        )


def read_picture(picture: File) -> str:
    with file_open(picture) as content:
        return content.read().decode()


def require_picture(frame: Frame) -> File:
    """Return the picture of a frame. Raise Conflict if the frame isn't drawn yet."""
    if frame.picture is None:
        raise Conflict(gettext("This frame isn’t drawn yet. Draw it, then export it."))
    return frame.picture


def frame_download(frame: Frame, format: str) -> HttpResponseBase:  # noqa: A002
    """Return a frame's picture as a file to save, named by its number and caption.

    A PNG is rendered in a child process. Call it in a tenant scope. Raise Conflict if the frame
    isn't drawn yet, and ChildProcessFailed if the PNG can't be rendered.
    """
    picture = require_picture(frame)
    response: HttpResponseBase
    if format == "png":
        content = run_in_child_process(render_png, read_picture(picture), limits=PNG_LIMITS)
        response = HttpResponse(content, content_type="image/png")
    else:
        response = file_response(picture)
    name = frame_filename(frame_number(frame), frame, format)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
