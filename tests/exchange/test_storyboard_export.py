"""Storyboards as PDF files and pictures."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from PIL import Image
from pypdf import PdfReader

from changes.services import change_set
from core import child_process, fractional_index
from core.errors import InvalidRequest
from exchange import jobs as exports
from exchange.storyboard import default_paper
from storyboards.models import Frame
from tests.support.api_client import ApiClient
from tests.support.factories import SampleWorkspace, SampleWorld
from tests.support.html_client import signed_in
from tests.support.jobs import again, read, run
from tests.support.pdf import alternatives
from tests.support.storyboards import drawn_frame, frame_add
from workspaces import jobs
from workspaces.access import system_actor
from workspaces.models import Job

HOSTILE = "../../<b>Room</b> isn’t “ready”\\..\\con: 100 % ☂ حجز"


def started(world: SampleWorld, kind: str, **parameters: Any) -> Job:
    parameters = {"journey": str(world.acme.journey), **parameters}
    return jobs.job_create(kind=kind, parameters=parameters, actor=world.bob.actor)


def add_frames(place: SampleWorkspace, like: Frame, count: int) -> None:
    """Add frames that show the picture of another."""
    keys = fractional_index.keys_between(count, like.position)
    frames = [
        Frame(
            stream_id=like.stream_id,
            step_id=like.step_id,
            position=key,
            caption=f"Caption {number}.",
            alt_text=f"Seen {number}.",
            notes=f"Noted {number}.",
            picture_id=like.picture_id,
        )
        for number, key in enumerate(keys)
    ]
    with change_set(
        [like.stream_id], action="test", actor=system_actor(place.id), undoable=False
    ) as recorder:
        recorder.add_many(frames)


def test_a_hundred_frames_are_printed_with_their_texts(world: SampleWorld):
    add_frames(world.acme, drawn_frame(world.acme), 98)  # with those of the sample: 100
    job = run(started(world, "storyboard.pdf", per_page=9, paper="letter"))
    assert (job.state, job.message) == ("done", "")
    pdf = PdfReader(BytesIO(read(job.result)))
    text = "\n".join(page.extract_text() for page in pdf.pages)
    alts = list(alternatives(pdf.trailer["/Root"]["/StructTreeRoot"]))
    assert len(pdf.pages) == 12
    for name in ("Caption", "Seen", "Noted"):
        assert [n for n in range(98) if f"{name} {n}." not in text] == []
    assert sorted(alts) == sorted([*(f"Seen {n}." for n in range(98)), "At the desk"])
    assert "100 frames" in text and "Not drawn yet" in text


def test_only_chosen_fields_are_printed(world: SampleWorld):
    frame_add(world.acme, caption="Shown", notes="Hidden", speech="Silent")
    job = run(started(world, "storyboard.pdf", fields=["caption"]))
    (page,) = PdfReader(BytesIO(read(job.result))).pages
    text = page.extract_text()
    assert "Shown" in text
    assert not [word for word in ("Hidden", "Silent", "Signs") if word in text]


def names_in(job: Job) -> Sequence[str]:
    return ZipFile(BytesIO(read(job.result))).namelist()


def test_pictures_are_numbered_as_in_the_film(world: SampleWorld, monkeypatch: Any):
    monkeypatch.setattr(exports, "SLICE_PICTURES", 2)
    add_frames(world.acme, drawn_frame(world.acme), 3)
    frame_add(world.acme)  # not drawn
    svg, png = (run(started(world, "storyboard.pictures", format=f)) for f in ("svg", "png"))
    assert names_in(svg)[1:] == ["02-caption-0.svg", "03-caption-1.svg", "04-caption-2.svg"]
    assert [name.replace("svg", "png") for name in names_in(svg)] == names_in(png)
    with ZipFile(BytesIO(read(png.result))) as archive:
        content = archive.read("03-caption-1.png")
    assert Image.open(BytesIO(content)).size == (1920, 1080)
    assert (png.result.name, png.total) == ("a-contract-png.zip", 2)


def test_a_hostile_caption_is_a_safe_name(world: SampleWorld):
    frame = drawn_frame(world.acme)
    caption = {"type": "frame", "id": str(frame.pk), "fields": {"caption": HOSTILE}}
    world.acme.edit({"op": "set", **caption})
    job = run(started(world, "storyboard.pictures", format="svg"))
    assert names_in(job) == ["01-broomb-isnt-readycon-100-حجز.svg"]
    answer = signed_in(world.bob).get(f"/frames/{frame.pk}/export/svg/")
    disposition = answer["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''01-broomb-isnt-readycon-100-%D8")


def test_a_frame_is_saved_as_png(world: SampleWorld):
    frame, bob = drawn_frame(world.acme), ApiClient(user=world.bob.user)
    answer = bob.get(f"frames/{frame.pk}/export")
    assert Image.open(BytesIO(answer.content)).size == (1920, 1080)
    assert answer["Content-Disposition"] == 'attachment; filename="01-at-the-desk.png"'
    undrawn = bob.get(f"frames/{world.acme.frames['Waits at home']}/export")
    assert undrawn.status_code == 409


def test_cancelling_kills_the_renderer(world: SampleWorld, monkeypatch: Any):
    drawn_frame(world.acme)
    job = run(started(world, "storyboard.pdf"), 1)
    children: list[Any] = []
    popen = child_process.subprocess.Popen

    def popen_and_cancel(*args: Any, **options: Any) -> Any:
        jobs.job_cancel(job=job, actor=world.bob.actor)
        children.append(popen(*args, **options))
        return children[0]

    monkeypatch.setattr(child_process, "POLL_SECONDS", 0)
    monkeypatch.setattr(child_process.subprocess, "Popen", popen_and_cancel)
    jobs.run_next_slice(job.workspace_id, job.id)
    assert (again(job).state, again(job).result) == ("cancelled", None)
    assert [child.returncode for child in children] == [-9]


def test_what_has_nothing_to_export_says_so(world: SampleWorld):
    job = run(started(world, "storyboard.pictures"))
    assert (job.state, job.message.split(".")[0]) == (
        "failed",
        "No frame of this storyboard is drawn yet",
    )
    theirs = started(world, "storyboard.pdf", journey=str(world.twin.journey))
    assert run(theirs).message == "This journey has been removed."


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("storyboard.pdf", {"journey": "x"}),
        ("storyboard.pdf", {"per_page": 5}),
        ("storyboard.pdf", {"per_page": True}),
        ("storyboard.pdf", {"fields": ["owner"]}),
        ("storyboard.pdf", {"fields": [[]]}),
        ("storyboard.pictures", {"format": "gif"}),
        ("storyboard.pictures", {"paper": "a4"}),
    ],
)
def test_other_parameters_are_refused(world: SampleWorld, kind: str, parameters: Any):
    with pytest.raises(InvalidRequest):
        started(world, kind, **parameters)


@pytest.mark.parametrize(
    ("kind", "sent", "stored"),
    [
        (
            "storyboard.pdf",
            {"per_page": 4, "paper": "letter", "fields_shown": ["notes", "caption"]},
            {"per_page": 4, "paper": "letter", "fields": ["caption", "notes"]},
        ),
        ("storyboard.pictures", {"format": "svg"}, {"format": "svg"}),
    ],
)
def test_an_export_is_started_on_its_page(world: SampleWorld, kind: str, sent: Any, stored: Any):
    bob, slug = signed_in(world.bob), world.acme.workspace.slug
    url = f"/w/{slug}/journeys/{world.acme.journey}/storyboard/export/"
    assert bob.post(url, {"kind": kind}).status_code == 422
    assert bob.post(url, {"kind": kind, **sent})["Location"] == f"/w/{slug}/jobs/"
    (job,) = world.acme.all(Job)
    assert (job.kind, job.parameters) == (kind, {"journey": str(world.acme.journey), **stored})
    other = f"/w/{world.twin.workspace.slug}/journeys/{world.acme.journey}/storyboard/export/"
    assert bob.get(other).status_code == 404


@pytest.mark.parametrize(
    ("language", "paper"), [("en", "a4"), ("en-us", "letter"), ("fr-ca", "letter"), ("es", "a4")]
)
def test_paper_is_what_the_language_uses(language: str, paper: str):
    assert default_paper(language) == paper
