"""Cases: an ombudsman opens one about a stage, those responsible answer, and an ombudsman closes it.

None of them can be undone. All lock the journey's stream.
"""

from datetime import timedelta

from django.utils.translation import gettext

from changes.services import change_set
from core.actors import ANSWER, RULE, Actor
from core.errors import Conflict, Forbidden, InvalidRequest, require_text
from journeys.models import Stage
from ownership.access import may_answer_case, require_may_close_case
from ownership.models import Case, CaseAnswer
from ownership.thresholds import thresholds
from people.models import Department
from workspaces.queries import today_in, workspace_by_id


def case_open(
    *,
    stage: Stage,
    department: Department,
    kind: str,
    account: str,
    evidence: str = "",
    actor: Actor,
) -> Case:
    """Open a case about a stage, with the department that it concerns. Returns the case.

    Requires `rule`, as a member. The answer is due after the workspace's `case_days`. Raises InvalidRequest
    for an unknown kind or without an account of what happened. Logs `case.open`.
    """
    actor.require(RULE)
    if actor.member_id is None:
        raise Forbidden(gettext("Only an ombudsman can open a case."))
    if kind not in Case.Kind.values:
        raise InvalidRequest.at("/kind", "choice", gettext("Choose one of the kinds."))
    require_text(account, "/account", gettext("Enter what happened to the customer."))
    with change_set([stage.stream_id], action="case.open", actor=actor, undoable=False) as recorder:
        stage = recorder.reload(stage)
        days = thresholds(workspace_by_id(actor.workspace_id))["case_days"]
        return recorder.add(
            Case(
                stream_id=stage.stream_id,
                stage=stage,
                department=department,
                kind=kind,
                account=account,
                evidence=evidence,
                opened_at=recorder.at,
                opened_by_id=actor.member_id,
                due_on=today_in(actor.workspace_id) + timedelta(days=days),
            )
        )


def case_answer(*, case: Case, text: str, actor: Actor) -> CaseAnswer:
    """Answer an open case. Returns the answer.

    Allowed for the stage's director and the journey's producer and sponsor. Raises Forbidden, Conflict
    `case-closed`, or InvalidRequest without a text. Logs `case.answer`.
    """
    actor.require(ANSWER)
    with change_set(
        [case.stream_id], action="case.answer", actor=actor, undoable=False
    ) as recorder:
        case = recorder.reload(case)
        if actor.member_id is None or not may_answer_case(actor, case):
            raise Forbidden(
                gettext(
                    "Only the stage’s director and the journey’s producer and sponsor can answer a case."
                )
            )
        _require_open(case)
        require_text(text, "/text", gettext("Enter an answer."))
        if case.answered_at is None:
            recorder.set(case, answered_at=recorder.at)
        return recorder.add(
            CaseAnswer(
                stream_id=case.stream_id,
                case=case,
                text=text,
                answered_at=recorder.at,
                answered_by_id=actor.member_id,
            )
        )


def case_close(*, case: Case, outcome: str, reason: str, actor: Actor) -> Case:
    """Close a case with an outcome and a reason. Returns the case.

    Requires `rule`. Raises Forbidden `department-concerned` for members of the department that the case
    concerns, Conflict `case-closed`, or InvalidRequest without a reason. Logs `case.close`.
    """
    actor.require(RULE)
    with change_set([case.stream_id], action="case.close", actor=actor, undoable=False) as recorder:
        case = recorder.reload(case)
        member_id = require_may_close_case(actor, case)
        _require_open(case)
        if outcome not in Case.Outcome.values:
            raise InvalidRequest.at("/outcome", "choice", gettext("Choose one of the outcomes."))
        require_text(reason, "/reason", gettext("Enter a reason. Everyone involved will read it."))
        return recorder.set(
            case, closed_at=recorder.at, closed_by_id=member_id, outcome=outcome, reason=reason
        )


def _require_open(case: Case) -> None:
    if not case.is_open:
        raise Conflict(
            gettext("This case has been closed in the meantime. Reload to see how."),
            code="case-closed",
        )
