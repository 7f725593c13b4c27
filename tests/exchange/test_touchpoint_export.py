"""The export of all touchpoints, a job."""

import csv
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.advisory_locks import advisory_lock
from core.errors import InvalidRequest
from exchange import jobs as exports
from exchange.services import import_journey
from exchange.touchpoint_csv import COLUMNS
from tests.support.api_client import ApiClient
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in
from tests.support.jobs import again, job_queue, read, run, wait_for, worker
from touchpoints.models import Touchpoint
from workspaces import jobs, tasks
from workspaces.models import File, Job

queue = pytest.fixture(job_queue)
TEXT = "journey\n title {title}\n section S\n  {title} begins: 3: Me, Cat\n  Ends: 5: Me\n"


def import_three(world: SampleWorld) -> None:
    for title in ("B", "C", "A"):
        text = TEXT.format(title=title).encode()
        import_journey(text=text, format="mermaid", actor=world.alice.actor)


def started(world: SampleWorld, **parameters: str) -> Job:
    return jobs.job_create(kind="touchpoints.export", parameters=parameters, actor=world.bob.actor)


def rows(job: Job) -> list[dict[str, str]]:
    text = read(job.result).decode("utf-8-sig")
    assert read(job.result).startswith(b"\xef\xbb\xbfjourney,")
    return list(csv.DictReader(text.splitlines()))


def test_every_touchpoint_is_a_row_in_reading_order(world: SampleWorld, monkeypatch: Any):
    import_three(world)
    monkeypatch.setattr(exports, "SLICE_ROWS", 4)
    whole = run(started(world))
    found = rows(whole)
    assert whole.total > 1
    assert {row["id"] for row in found} == {str(one.pk) for one in world.acme.all(Touchpoint)}
    journeys = [row["journey"] for row in found]
    assert journeys == sorted(journeys)
    first = found[0]
    assert (first["title"], first["actors"], first["emotion"]) == ("A begins", "Me, Cat", "0")
    assert (first["status"], first["stage"], first["lane"]) == ("draft", "S", "unassigned")
    signs = next(row for row in found if row["title"] == "Signs")
    assert signs["department"] and list(signs) == list(COLUMNS)


def test_only_journeys_with_a_status(world: SampleWorld):
    import_three(world)
    live = {"type": "journey", "id": str(world.acme.journey), "fields": {"status": "live"}}
    world.acme.edit({"op": "set", **live})
    assert {row["status"] for row in rows(run(started(world, status="live")))} == {"live"}
    assert rows(run(started(world, status="retired"))) == []


@pytest.mark.parametrize("parameters", [{"status": "old"}, {"journey": "x"}, {"status": ["live"]}])
def test_other_parameters_are_refused(world: SampleWorld, parameters: dict[str, Any]):
    with pytest.raises(InvalidRequest):
        started(world, **parameters)


@pytest.mark.parametrize(
    ("title", "cell"),
    [("=1+1", "'=1+1"), ("＠SUM(A1)", "'＠SUM(A1)"), ("-", "'-"), ('"a", b', '"a", b'), ("é", "é")],
)
def test_a_spreadsheet_evaluates_nothing(world: SampleWorld, title: str, cell: str):
    signs = world.acme.touchpoints["Signs"]
    sign = {"type": "touchpoint", "id": str(signs), "fields": {"title": title, "emotion": -2}}
    world.acme.edit({"op": "set", **sign})
    row = next(row for row in rows(run(started(world))) if row["id"] == str(signs))
    assert (row["title"], row["emotion"]) == (cell, "-2")


def test_an_export_is_started_on_its_page(world: SampleWorld):
    bob, slug = signed_in(world.bob), world.acme.workspace.slug
    url = f"/w/{slug}/export/touchpoints/"
    assert "All journeys" in bob.get(url).content.decode()
    assert bob.post(url, {"status": "x"}).status_code == 422
    answer = bob.post(url, {"status": "live"})
    assert (answer.status_code, answer["Location"]) == (303, f"/w/{slug}/jobs/")
    (job,) = world.acme.all(Job)
    assert job.parameters == {"status": "live"} and job.created_by_id == world.bob.member.id


def test_an_export_sees_no_other_workspace(world: SampleWorld):
    ids = {row["id"] for row in rows(run(started(world)))}
    assert ids and ids.isdisjoint(str(one.pk) for one in world.twin.all(Touchpoint))
    client = ApiClient(user=world.charlie.user)
    (job,) = world.acme.all(Job)
    assert client.get(f"files/{job.result_id}/content").status_code == 404


@pytest.mark.slow
def test_a_worker_that_is_killed_changes_nothing_in_the_result(
    world: SampleWorld, monkeypatch: Any, queue: Any
):
    import_three(world)
    monkeypatch.setattr(exports, "SLICE_ROWS", 2)
    undisturbed = run(started(world), 3)
    (second_part,) = world.acme.all(File, id=jobs.slice_id(undisturbed.id, 1))
    undisturbed = run(undisturbed)
    queue()
    job = run(started(world), 1)  # planned here, in slices of two rows
    with advisory_lock("file", second_part.path, wait=True), worker():
        wait_for(lambda: (again(job).done, again(job).attempts) == (1, 1))  # in the second slice
    wait_for(lambda: is_free(job))
    assert again(job).done == 1
    with jobs._job_transaction(world.acme.id):
        Job.objects.filter(id=job.id).update(queued_at=timezone.now() - timedelta(minutes=1))
    queue()
    tasks.sweep_jobs()
    with worker():
        wait_for(lambda: again(job).finished_at and is_free(job))  # its parts are deleted
    assert read(again(job).result) == read(undisturbed.result)
    assert len(world.acme.all(File)) == 2


def is_free(job: Job) -> bool:
    with advisory_lock("job", str(job.id), wait=False) as is_ours:
        return is_ours
