"""Services that merge and split departments. Each writes a reviewed plan in one gesture."""

from dataclasses import replace

from django.utils import timezone
from django.utils.translation import gettext

from changes.services import AlreadyRecorded, Recorder, change_set, recorded
from core.actors import PEOPLE, Actor
from core.errors import Conflict, InvalidRequest, require_text
from core.tenancy import ensure_tenant_scope
from core.text import isolated
from ownership.models import Reorganization
from ownership.reorganization_planner import plan_reorganization
from ownership.reorganization_plans import Merge, Plan, Split
from people.models import Department

SCOPES = ("people:write", "maps:write", "touchpoints:write", "ownership:write")


def reorganization_plan(request: Merge | Split, *, actor: Actor) -> Plan:
    """Return everything that a reorganization would change, without writing anything.

    Requires `people`. Raises InvalidRequest for departments that can't be merged or split, and Conflict
    `reorganization-too-large`.
    """
    actor.require(PEOPLE, *SCOPES)
    with ensure_tenant_scope([actor.workspace_id]):
        _require_possible(request)
        plan = plan_reorganization(request, timezone.now())
    if isinstance(request, Split):
        _require_chosen(request, plan)
    return plan


def _require_chosen(request: Split, plan: Plan) -> None:
    """Raise InvalidRequest if nothing was chosen, or if something chosen doesn't belong to the department."""
    items = {item.record_id for item in plan.items}
    for pointer, chosen in (
        ("/moving", request.moving),
        ("/others", request.others or frozenset()),
    ):
        if chosen - items:
            raise InvalidRequest.at(
                pointer,
                "not_found",
                gettext("Some of these no longer belong to the department. Choose again."),
            )
    if not items:
        raise InvalidRequest.at(
            "/moving", "required", gettext("Choose people and journeys for the new department.")
        )


def departments_merge(*, request: Merge, reason: str, digest: str, actor: Actor) -> Reorganization:
    """Merge a department into another one, and return the Reorganization.

    People, lanes, directorships, claims, parties, contributors and open cases move to the other department. This one
    is archived. `digest` is that of the reviewed plan. Locks the directory and every journey concerned, and changes
    everything or nothing. Can't be undone, and ignores edit locks.

    Requires `people`. Raises Conflict `reorganization-outdated` if the plan differs from the reviewed one, and what
    reorganization_plan() raises. Logs `department.merge`.
    """
    return _reorganize(request, reason, digest, actor)


def department_split(*, request: Split, reason: str, digest: str, actor: Actor) -> Reorganization:
    """Split off a new department from another one, and return the Reorganization.

    The chosen records move to the new department. Otherwise works like departments_merge(). Logs `department.split`.
    """
    return _reorganize(request, reason, digest, actor)


def _reorganize(request: Merge | Split, reason: str, digest: str, actor: Actor) -> Reorganization:
    actor.require(PEOPLE, *SCOPES)
    if sets := recorded(actor):
        raise AlreadyRecorded(sets)
    require_text(reason, "/reason", gettext("Enter a reason."))
    reviewed = reorganization_plan(request, actor=actor)
    with change_set(
        [actor.workspace_id, *reviewed.journey_ids],
        action=f"department.{request.kind}",
        actor=actor,
        undoable=False,
    ) as recorder:
        request = _current(recorder, request)
        plan = plan_reorganization(request, recorder.at)
        if isinstance(request, Split):
            recorder.add_unique(request.into)
        # Before all other changes, because the history describes a change set by its first changes.
        reorganization = recorder.add(
            Reorganization(
                stream_id=actor.workspace_id,
                kind=request.kind,
                department=request.department,
                into=request.into,
                effective_on=plan.day,
                reason=reason,
                figures=plan.figures,
                made_at=recorder.at,
                made_by_id=actor.member_id,
            )
        )
        if plan.digest != digest:
            raise Conflict(
                gettext("Something has changed since your review. Review it again."),
                code="reorganization-outdated",
            )
        _apply(recorder, plan)
        if isinstance(request, Merge):
            recorder.set(request.department, is_archived=True)
            if request.new_name:
                recorder.set(request.into, name=request.new_name)
        return reorganization


def _current(recorder: Recorder, request: Merge | Split) -> Merge | Split:
    """Return the request with its departments read under the lock. Raises InvalidRequest if it became impossible."""
    current = replace(request, department=recorder.reload(request.department))
    if isinstance(current, Merge):
        current = replace(current, into=recorder.reload(current.into))
    _require_possible(current)
    return current


def _require_possible(request: Merge | Split) -> None:
    is_foreign = request.into.workspace_id != request.department.workspace_id
    if isinstance(request, Merge) and (request.into == request.department or is_foreign):
        raise InvalidRequest.at("/into", "choice", gettext("Choose another department."))
    for pointer, department in (("/into", request.into), ("/department", request.department)):
        if department.is_archived:
            raise InvalidRequest.at(
                pointer,
                "choice",
                gettext("{name} is archived. Choose another department.").format(
                    name=isolated(department.name)
                ),
            )
    same_name = Department.objects.filter(
        workspace=request.department.workspace_id, name__iexact=request.new_name
    ).exclude(pk=request.into.pk)
    if request.new_name and same_name.exists():
        raise InvalidRequest.at(
            "/new_name", "unique", gettext("A department with this name already exists.")
        )


def _apply(recorder: Recorder, plan: Plan) -> None:
    for op, model, rows in plan.writes:
        if op == "set":
            recorder.set_many(model, rows)
        elif op == "add":
            recorder.add_many(rows)
        else:
            recorder.remove_many(rows)
