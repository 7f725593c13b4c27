"""Jobs: work in slices that resumes where a killed worker stopped.

A worker runs one slice per task, so that jobs take turns. The id of the gesture under which a slice
writes is derived from the job's id and the slice's number, so that running a slice again writes
nothing twice.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

import redis
import structlog
from celery import current_app
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext
from kombu.exceptions import OperationalError as BrokerError

from core.actors import MEMBERS, Actor
from core.advisory_locks import advisory_lock
from core.child_process import ChildProcessCancelled, Limits, run_in_child_process
from core.errors import (
    AppError,
    Conflict,
    Forbidden,
    InvalidRequest,
    Unavailable,
    Unprocessable,
    is_unavailable,
)
from core.ids import uuid7
from core.tenancy import set_tenant_scope, tenant_scope
from workspaces.access import member_actor, system_actor
from workspaces.files import files_delete
from workspaces.job_kinds import JOB_KINDS
from workspaces.models import File, Job
from workspaces.queries import all_workspace_ids

log = structlog.get_logger()
RESULT = "result"  # in place of a slice's number: the last step
MAX_UNFINISHED_JOBS = 20  # in a workspace
MAX_ATTEMPTS = 10  # at one slice, if its worker is killed or the storage doesn't respond
QUEUED_AGAIN_AFTER = timedelta(seconds=30)  # if a task was lost
KEPT_FOR = timedelta(days=30)  # a finished job, and its result


# -- Services


def job_create(*, kind: str, parameters: dict[str, Any], actor: Actor) -> Job:
    """Start a job. Requires the right and scopes of its kind. A retry returns the existing job.

    Raise InvalidRequest for an unknown kind or invalid parameters, Conflict if the workspace has 20
    unfinished jobs, and Unprocessable if the gesture already started another job.
    """
    if kind not in JOB_KINDS:
        raise InvalidRequest.at(
            "/kind", "choice", gettext("Use one of {kinds}.").format(kinds=", ".join(JOB_KINDS))
        )
    actor.require(JOB_KINDS[kind].right, *JOB_KINDS[kind].scopes)
    job = Job(
        id=actor.gesture or uuid7(),
        workspace_id=actor.workspace_id,
        kind=kind,
        parameters=JOB_KINDS[kind].read_parameters(parameters),
        created_by_id=actor.member_id,
    )
    with _job_transaction(job.workspace_id):
        jobs = Job.objects.filter(workspace=job.workspace_id)
        existing = jobs.filter(id=job.id).first()
        if existing is None:
            if jobs.filter(finished_at=None).count() >= MAX_UNFINISHED_JOBS:
                raise Conflict(
                    gettext(
                        "There are already {n} unfinished jobs. Wait until one is done, or cancel one."
                    ).format(n=MAX_UNFINISHED_JOBS),
                    code="full",
                )
            job.save(force_insert=True)
    if existing is not None:
        if (existing.kind, existing.parameters) != (job.kind, job.parameters):
            raise Unprocessable(
                gettext("This key was already used for another job. Use a new one.")
            )
        return existing
    queue_job(job.workspace_id, job.id)
    return job


def job_cancel(*, job: Job, actor: Actor) -> Job:
    """Ask a job to stop before its next slice.

    A finished job doesn't change. Idempotent. Requires `members`, except for the actor's own jobs (see
    may_cancel()).
    """
    if not may_cancel(job, actor):
        actor.require(MEMBERS)
    with _job_transaction(job.workspace_id):
        Job.objects.filter(id=job.id, finished_at=None).update(is_cancel_requested=True)
        job.refresh_from_db()
    return job


def may_cancel(job: Job, actor: Actor) -> bool:
    """Return whether the actor may cancel a job: their own, or any with the right `members`.

    Jobs of service tokens have no member, so every service token may cancel them.
    """
    return job.created_by_id == actor.member_id or actor.can(MEMBERS)


# -- The queue: best effort, because the sweep finds jobs whose task was lost


def queue_job(workspace_id: UUID, job_id: UUID) -> None:
    """Queue a task for a job's next slice. A failure is logged, not raised."""
    try:
        current_app.send_task(
            "workspaces.tasks.run_job",
            args=[str(workspace_id), str(job_id)],
            retry=False,
            ignore_result=True,
        )
    except (redis.RedisError, BrokerError) as error:
        log.warning("job_not_queued", job=str(job_id), error=str(error))


def queue_lost_jobs() -> None:
    """Queue unfinished jobs that were last queued a while ago, because their task may be lost."""
    # A time in the future was set before the clock was turned back.
    recently = Q(queued_at__range=(Now() - QUEUED_AGAIN_AFTER, Now()))
    with transaction.atomic(durable=True):
        set_tenant_scope(all_workspace_ids())
        lost = Job.objects.filter(~recently, finished_at=None)
        ids = list(lost.order_by("queued_at").values_list("workspace_id", "id"))
        lost.update(queued_at=Now())
    for workspace_id, job_id in ids:
        queue_job(workspace_id, job_id)


def jobs_prune() -> None:
    """Delete jobs that ended more than 30 days ago, with their files."""
    with tenant_scope(all_workspace_ids()):
        jobs = list(Job.objects.filter(finished_at__lt=Now() - KEPT_FOR))
    for job in jobs:
        files_delete(job.workspace_id, _file_ids(job))
        with _job_transaction(job.workspace_id):
            Job.objects.filter(id=job.id).delete()


# -- Running


def run_next_slice(workspace_id: UUID, job_id: UUID) -> bool:
    """Run a job's next slice, unless another worker is running it. Return whether the job continues.

    An error ends the job. If the database or the storage is unavailable, the sweep queues the job
    again instead, until the slice has had MAX_ATTEMPTS attempts.
    """
    with advisory_lock("job", str(job_id), wait=False) as is_ours:
        if not is_ours:
            return False
        job = _find_unfinished(workspace_id, job_id)
        if job is None:
            return False
        try:
            with _language_of(job):
                _advance(job)
        except ChildProcessCancelled:
            _end(job, Job.State.CANCELLED)
        except Exception as error:  # noqa: BLE001  (logged or shown by _fail)
            is_outage = isinstance(error, Unavailable) or is_unavailable(error)
            if is_outage and job.attempts < MAX_ATTEMPTS:
                log.warning("job_waits", job=str(job.id), error=str(error).partition("\n")[0])
                return False
            _fail(job, error)
        if job.finished_at is None:
            return True
        files_delete(workspace_id, _file_ids(job) - {job.result_id})
        return False


def _advance(job: Job) -> None:
    """Plan a job, run its next slice, or finish it."""
    if job.is_cancel_requested:
        _end(job, Job.State.CANCELLED)
        return
    if job.attempts >= MAX_ATTEMPTS:
        raise Conflict(
            gettext(
                "The server stopped several times while running this job. Start it with less data."
            )
        )
    _update(job, attempts=job.attempts + 1)
    kind, actor = JOB_KINDS[job.kind], _actor(job)
    if job.state == Job.State.QUEUED:
        with tenant_scope([job.workspace_id]):
            plan = kind.plan(job)
        _update(job, state=Job.State.RUNNING, plan=plan, attempts=0)
    elif job.done < job.total:
        gesture = slice_id(job.id, job.done)
        kind.run_slice(job, job.plan[job.done], actor.with_idempotency(gesture, str(gesture)))
        _update(job, done=job.done + 1, attempts=0)
    else:
        gesture = slice_id(job.id, RESULT)
        result = kind.finish(job, _parts(job), actor.with_idempotency(gesture, str(gesture)))
        _end(job, Job.State.DONE, result=result)


def run_in_child(job: Job, function: Callable[..., bytes], *args: Any, limits: Limits) -> bytes:
    """Return the result of `function(*args)` in a child process, which is killed if the job is canceled.

    For heavy work in run_slice() or finish(). See core/child_process.py for the limits.
    """
    return run_in_child_process(
        function, *args, limits=limits, is_cancelled=lambda: _is_cancel_requested(job)
    )


def _is_cancel_requested(job: Job) -> bool:
    with tenant_scope([job.workspace_id]):
        return Job.objects.filter(id=job.id, is_cancel_requested=True).exists()


def slice_id(job_id: UUID, number: int | str) -> UUID:
    """Return the id of the gesture under which a slice writes."""
    return uuid5(job_id, str(number))


def _actor(job: Job) -> Actor:
    """Return the actor of a job: the member who started it, with their current rights.

    Service tokens are not stored with the job, so their jobs have the rights of background work.
    """
    if job.created_by is None:
        return system_actor(job.workspace_id)
    if job.created_by.left_at is not None:
        raise Forbidden(
            gettext(
                "The member who started this job has left the workspace. Start it again yourself."
            )
        )
    actor = member_actor(job.created_by)
    actor.require(JOB_KINDS[job.kind].right)
    return actor


def _file_ids(job: Job) -> set[UUID]:
    """Return the ids of all files that a job may have stored."""
    return {*_part_ids(job), slice_id(job.id, RESULT)}


def _part_ids(job: Job) -> list[UUID]:
    return [slice_id(job.id, number) for number in range(job.total)]


def _parts(job: Job) -> list[File]:
    """Return the files that the slices stored, in the order of the slices."""
    ids = _part_ids(job)
    with tenant_scope([job.workspace_id]):
        files = File.objects.in_bulk(ids)
    return [files[file_id] for file_id in ids if file_id in files]


def _language_of(job: Job) -> AbstractContextManager[None]:
    return job.created_by.user.override_language() if job.created_by else nullcontext()


def _fail(job: Job, error: Exception) -> None:
    """End a job with the error's message. A bug is logged and gets a generic message."""
    if isinstance(error, AppError):
        message = error.detail
    else:
        log.exception("job_failed", job=str(job.id), kind=job.kind)
        with _language_of(job):
            message = gettext(
                "Something went wrong. Start the job again. If it still fails, contact the operator of this server."
            )
    _end(job, Job.State.FAILED, message=message)


def _end(job: Job, state: Job.State, **fields: Any) -> None:
    _update(job, state=state, finished_at=timezone.now(), **fields)


def _find_unfinished(workspace_id: UUID, job_id: UUID) -> Job | None:
    jobs: QuerySet[Job] = Job.objects.select_related("created_by__user")
    with tenant_scope([workspace_id]):
        return jobs.filter(workspace=workspace_id, id=job_id, finished_at=None).first()


def _update(job: Job, **fields: Any) -> None:
    with _job_transaction(job.workspace_id):
        Job.objects.filter(id=job.id).update(queued_at=Now(), **fields)
    for name, value in fields.items():
        setattr(job, name, value)


@contextmanager
def _job_transaction(workspace_id: UUID) -> Iterator[None]:
    with transaction.atomic(durable=True):
        set_tenant_scope([workspace_id])
        yield
