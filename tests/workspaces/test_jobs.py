"""Jobs: slices, resuming, cancelling, failing, and who sees them."""

import time
from datetime import timedelta
from io import BytesIO
from typing import Any, ClassVar

import pytest
from django.db import connection
from django.utils import timezone

from core.child_process import Limits
from core.errors import InvalidRequest, Unavailable
from core.tenancy import tenant_scope
from tests.support.api_client import ApiClient, personal_client, service_client
from tests.support.factories import SampleWorld
from tests.support.html_client import count, signed_in
from tests.support.jobs import again, job_queue, read, run
from workspaces import jobs, tasks
from workspaces.files import file_create
from workspaces.job_kinds import JOB_KINDS, JobKind
from workspaces.models import File, Job
from workspaces.services import member_remove

queue = pytest.fixture(job_queue)
WORDS = ["one\n", "two\n", "three\n"]


class Recital(JobKind):
    """A job that writes its words to a file, a slice each."""

    name: ClassVar = "tests.recital"
    label: ClassVar = "Recite"
    scopes: ClassVar = ("maps:read",)
    failures: ClassVar[list[Exception]] = []

    def plan(self, job: Job) -> list[str]:
        return WORDS

    def run_slice(self, job: Job, argument: str, actor: Any) -> None:
        if self.failures:
            raise self.failures.pop()
        self.store(argument.encode(), actor)

    def finish(self, job: Job, parts: list[File], actor: Any) -> File:
        return self.store(b"".join(read(part) for part in parts), actor)

    def store(self, content: bytes, actor: Any) -> File:
        return file_create(
            content=BytesIO(content),
            name="words.txt",
            media_type="text/plain",
            scopes=self.scopes,
            actor=actor,
        )


@pytest.fixture(autouse=True)
def recital(monkeypatch: Any) -> Recital:
    monkeypatch.setattr(Recital, "failures", [])
    monkeypatch.setitem(JOB_KINDS, Recital.name, Recital())
    return JOB_KINDS[Recital.name]  # type: ignore[return-value]


def started(world: SampleWorld, kind: str = Recital.name) -> Job:
    return jobs.job_create(kind=kind, parameters={}, actor=world.alice.actor)


def files(world: SampleWorld) -> list[bytes]:
    with tenant_scope([world.acme.id]):
        found = list(File.objects.order_by("id"))
    return sorted(read(file) for file in found)


def test_a_job_leaves_its_result_and_nothing_else(world: SampleWorld):
    job = started(world)
    assert (job.state, job.total) == ("queued", 0)
    half = run(job, 3)
    assert (half.state, half.done, half.total) == ("running", 2, 3)
    assert files(world) == [b"one\n", b"two\n"]
    whole = run(job)
    assert (whole.state, whole.done, whole.total) == ("done", 3, 3)
    assert whole.finished_at and whole.result.created_by_id == world.alice.member.id
    assert files(world) == [b"one\ntwo\nthree\n"]
    assert jobs.run_next_slice(job.workspace_id, job.id) is False


@pytest.mark.parametrize("done", range(4))
def test_a_slice_that_ran_before_its_worker_was_killed_writes_nothing_twice(
    world: SampleWorld, recital: Recital, done: int
):
    job = run(started(world), done + 1)
    step = job.done if job.done < job.total else "result"
    gesture = jobs.slice_id(job.id, step)
    actor = world.alice.actor.with_idempotency(gesture, str(gesture))
    if step == "result":
        recital.store(b"one\ntwo\nthree\n", actor)
    else:
        recital.run_slice(job, job.plan[step], actor)  # ... and is killed before it is counted
    whole = run(job)
    assert (whole.state, whole.result_id) == ("done", jobs.slice_id(job.id, "result"))
    assert files(world) == [b"one\ntwo\nthree\n"]


def test_only_one_worker_runs_a_job(world: SampleWorld):
    job, key = started(world), "hashtext('job'), hashtext(%s)"
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_lock({key})", [str(job.id)])
            assert jobs.run_next_slice(job.workspace_id, job.id) is False
            assert again(job).state == "queued"
            cursor.execute(f"SELECT pg_advisory_unlock({key})", [str(job.id)])
    finally:
        other.close()
    assert run(job).state == "done"


def test_a_cancelled_job_stops_before_its_next_slice(world: SampleWorld):
    job = run(started(world), 2)
    assert jobs.job_cancel(job=job, actor=world.alice.actor).is_cancel_requested
    ended = run(job)
    assert (ended.state, ended.done, ended.result) == ("cancelled", 1, None)
    assert files(world) == []
    assert not jobs.job_cancel(job=run(started(world)), actor=world.dana.actor).is_cancel_requested


def test_cancelling_kills_the_child_process_of_a_slice(world: SampleWorld, monkeypatch: Any):
    def cancel_and_sleep(self: Recital, job: Job, argument: str, actor: Any) -> None:
        jobs.job_cancel(job=job, actor=world.alice.actor)
        jobs.run_in_child(job, time.sleep, 60, limits=Limits())

    job = run(started(world), 1)
    monkeypatch.setattr(Recital, "run_slice", cancel_and_sleep)
    ended = run(job, 1)
    assert (ended.state, ended.done, ended.message) == ("cancelled", 0, "")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (InvalidRequest("Nothing to recite."), "Nothing to recite."),
        (
            KeyError("a bug"),
            "Something went wrong. Start the job again. If it still fails, contact the operator of this server.",
        ),
    ],
)
def test_an_error_ends_the_job_and_says_why(world: SampleWorld, error: Exception, message: str):
    job = run(started(world), 2)
    Recital.failures.append(error)
    ended = run(job)
    assert (ended.state, ended.message, files(world)) == ("failed", message, [])


def test_an_outage_of_the_storage_does_not_end_the_job(world: SampleWorld):
    job = run(started(world), 1)
    Recital.failures += [Unavailable("away")] * (jobs.MAX_ATTEMPTS - 1)
    for _ in range(jobs.MAX_ATTEMPTS - 1):
        assert jobs.run_next_slice(job.workspace_id, job.id) is False
        assert again(job).state == "running"
    assert run(job).state == "done"


def test_a_slice_that_always_kills_its_worker_ends_the_job(world: SampleWorld):
    job = run(started(world), 1)
    with jobs._job_transaction(job.workspace_id):
        Job.objects.filter(id=job.id).update(attempts=jobs.MAX_ATTEMPTS)
    ended = run(job)
    assert ended.state == "failed" and "stopped several times" in ended.message


def test_a_member_who_left_does_nothing_more(world: SampleWorld):
    job = run(started(world), 1)
    member_remove(member=world.alice.member, actor=world.dana.actor)
    ended = run(job)
    assert ended.state == "failed" and "has left" in ended.message


def test_old_jobs_are_deleted_with_their_results(world: SampleWorld):
    old, new = run(started(world)), run(started(world))
    with jobs._job_transaction(world.acme.id):
        ended = timezone.now() - jobs.KEPT_FOR - timedelta(minutes=1)
        Job.objects.filter(id=old.id).update(finished_at=ended)
    tasks.prune_jobs()
    assert world.acme.all(Job) == [new]
    assert world.acme.all(File) == [new.result]


def test_a_workspace_has_at_most_20_unfinished_jobs(world: SampleWorld):
    all_of_them = [started(world) for _ in range(jobs.MAX_UNFINISHED_JOBS)]
    new = {"kind": Recital.name}
    alice = ApiClient(user=world.alice.user)
    assert alice.post("jobs", new).json()["code"] == "full"
    run(all_of_them[0])
    assert alice.post("jobs", new).status_code == 201


# -- The queue


def test_jobs_take_turns_in_a_queue_of_their_own(world: SampleWorld, queue: Any):
    first, second = started(world), started(world)
    assert queue() == [str(first.id), str(second.id)]
    tasks.run_job(str(world.acme.id), str(first.id))
    assert queue() == [str(first.id)], "queued again, behind the others"
    run(first)
    tasks.run_job(str(world.acme.id), str(first.id))
    assert queue() == []


def test_a_job_whose_task_was_lost_is_queued_again(world: SampleWorld, queue: Any):
    lost, fresh, ended = started(world), started(world), run(started(world))
    queue()
    with jobs._job_transaction(world.acme.id):
        long_ago = timezone.now() - 2 * jobs.QUEUED_AGAIN_AFTER
        Job.objects.filter(id__in=[lost.id, ended.id]).update(queued_at=long_ago)
    tasks.sweep_jobs()
    found = queue()
    assert str(lost.id) in found and {str(fresh.id), str(ended.id)}.isdisjoint(found)
    tasks.sweep_jobs()
    assert str(lost.id) not in queue()


# -- Page and API


def test_the_page_follows_a_job_until_it_has_ended(world: SampleWorld):
    alice, url = signed_in(world.alice), f"/w/{world.acme.workspace.slug}/jobs/"
    assert "No jobs yet" in alice.get(url).content.decode()
    job = run(started(world), 2)
    page = alice.get(url).content.decode()
    assert 'hx-trigger="every 3s"' in page and '<progress value="1" max="3"' in page
    update = alice.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in update and "<progress" in update
    assert "Cancel" not in signed_in(world.bob).get(url).content.decode()
    assert alice.post(f"/jobs/{job.id}/cancel/").status_code == 303
    assert "Stopping" in alice.get(url).content.decode()
    run(job)
    whole = run(started(world))
    page = alice.get(url).content.decode()
    assert f'href="/files/{whole.result_id}/"' in page and "Canceled" in page
    assert "hx-trigger" not in page


def test_the_page_takes_as_many_queries_for_many_jobs_as_for_one(world: SampleWorld):
    alice, url = signed_in(world.alice), f"/w/{world.acme.workspace.slug}/jobs/"
    run(started(world))
    one = count(alice, url)
    for _ in range(5):
        run(started(world))
    assert count(alice, url) == one


def test_a_job_is_started_followed_and_cancelled_by_the_api(world: SampleWorld):
    alice = ApiClient(user=world.alice.user)
    made = alice.post("jobs", {"kind": Recital.name}, Idempotency_Key="recite-0001")
    assert made.status_code == 201 and made["Location"] == f"/api/v1/jobs/{made.json()['id']}"
    repeated = alice.post("jobs", {"kind": Recital.name}, Idempotency_Key="recite-0001")
    assert repeated.json() == made.json()
    other = {"kind": "touchpoints.export"}
    assert alice.post("jobs", other, Idempotency_Key="recite-0001").status_code == 422
    (job,) = world.acme.all(Job)
    run(job)
    shown = alice.get(f"jobs/{job.id}").json()
    assert (shown["state"], shown["done"], shown["total"]) == ("done", 3, 3)
    assert alice.get("jobs").json()["results"] == [shown]
    content = b"".join(alice.get(f"files/{shown['result']}/content"))
    assert content == b"one\ntwo\nthree\n"
    assert alice.post(f"jobs/{job.id}/cancel").json() == shown


@pytest.mark.parametrize("new", [{"kind": "x"}, {}, {"kind": Recital.name, "parameters": {"a": 1}}])
def test_a_job_that_does_not_exist_is_not_started(world: SampleWorld, new: dict[str, Any]):
    assert ApiClient(user=world.alice.user).post("jobs", new).status_code == 400


def test_a_token_needs_the_scopes_of_the_kind(world: SampleWorld):
    job = started(world)
    for scopes, status in ((["jobs:write"], 403), (["jobs:write", "maps:read"], 200)):
        client = personal_client(world.alice.actor, *scopes)
        assert client.get(f"jobs/{job.id}").status_code == status
        assert len(client.get("jobs").json()["results"]) == (status == 200)
        assert client.post(f"jobs/{job.id}/cancel").status_code == status
        new = client.post("jobs", {"kind": Recital.name})
        assert new.status_code == (201 if status == 200 else status)


def test_a_service_token_cancels_its_own_job_only(world: SampleWorld):
    client = service_client(world.acme.id, "jobs:write", "maps:read")
    own = client.post("jobs", {"kind": Recital.name}).json()
    assert client.post(f"jobs/{own['id']}/cancel").json()["is_cancel_requested"] is True
    assert client.post(f"jobs/{started(world).id}/cancel").status_code == 403
