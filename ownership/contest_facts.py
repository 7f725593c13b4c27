"""Facts beside the cases of a contest, which the system knows about each of its parties."""

from collections.abc import Collection
from typing import Any, TypedDict
from uuid import UUID

from django.db.models import Count, Min, QuerySet

from ownership.models import Contest, Directorship, Party
from touchpoints.models import Promise, Touchpoint

Answer = str
"""`yes`, `partly`, `no` or `unknown`."""


class Fact(TypedDict):
    """One question, with the answer for each party by the id of its person.

    `detail` are the figures that the page puts into words, for example `{"of": 5}`.
    """

    key: str
    answers: dict[str, Answer]
    detail: dict[str, Any]


def contest_facts(contest: Contest) -> list[Fact]:
    """Return what is known about the parties of a contest, as plain values for JSON. Seven queries at most.

    - `staffs`: whether the party's department has the touchpoints of this stage: most of them (yes), some
      (partly), or none. `detail`: the number by person, and `of` all.
    - `made_promise`: whether its department is in contact with the customer in a step outside of this stage
      that makes a promise which this stage keeps or breaks. `detail`: the first promise's title.
    - `meets_unhappy`: whether its department has the touchpoint with the lowest emotion. `detail`: emotion
      and title.
    - `holds_budget`: whether its mandate for this stage names a budget. `detail`: the budget.
    - `can_change_soon`: its own estimate.
    """
    parties = list(Party.objects.filter(contest=contest, left_at=None).order_by("pk"))
    departments = {party.person_id: party.department_id for party in parties}
    return [
        _staffs(contest, departments),
        _made_promise(contest, departments),
        _meets_unhappy(contest, departments),
        _holds_budget(contest, parties),
        _can_change_soon(parties),
    ]


def _staffs(contest: Contest, departments: dict[UUID, UUID | None]) -> Fact:
    by_department = dict(
        _touchpoints(contest)
        .values_list("lane__department")
        .annotate(number=Count("pk"))
        .values_list("lane__department", "number")
    )
    total = sum(by_department.values())
    numbers = {
        str(person): by_department.get(department, 0) if department else 0
        for person, department in departments.items()
    }
    answers: dict[str, Answer] = {
        person: "yes" if number * 2 > total else "partly" if number else "no"
        for person, number in numbers.items()
    }
    return Fact(key="staffs", answers=answers, detail={"of": total, **numbers})


def _made_promise(contest: Contest, departments: dict[UUID, UUID | None]) -> Fact:
    promise = (
        Promise.objects.filter(tested_in__stage=contest.stage_id)
        .order_by("made_in__stage__position", "made_in__position", "pk")
        .first()
    )
    if promise is None:
        return Fact(key="made_promise", answers=_unknown(departments), detail={})
    made_by = set(
        Touchpoint.objects.filter(step=promise.made_in_id).values_list(
            "lane__department", flat=True
        )
    )
    return Fact(
        key="made_promise",
        answers={str(person): _yes_no(made, made_by) for person, made in departments.items()},
        detail={"title": promise.title, "status": promise.status},
    )


def _meets_unhappy(contest: Contest, departments: dict[UUID, UUID | None]) -> Fact:
    felt = _touchpoints(contest).filter(emotion__isnull=False)
    lowest = felt.aggregate(lowest=Min("emotion"))["lowest"]
    if lowest is None:
        return Fact(key="meets_unhappy", answers=_unknown(departments), detail={})
    worst = list(
        felt.filter(emotion=lowest).values_list("lane__department", "title").order_by("pk")
    )
    met_by = {department for department, _ in worst}
    return Fact(
        key="meets_unhappy",
        answers={str(person): _yes_no(met, met_by) for person, met in departments.items()},
        detail={"emotion": lowest, "title": worst[0][1]},
    )


def _holds_budget(contest: Contest, parties: list[Party]) -> Fact:
    budgets = dict(
        Directorship.objects.filter(
            stage=contest.stage_id, accepted_at__isnull=False, ended_at=None
        ).values_list("person", "budget")
    )
    answers: dict[str, Answer] = {
        str(party.person_id): "yes" if budgets.get(party.person_id) else "no" for party in parties
    }
    return Fact(
        key="holds_budget", answers=answers, detail={"budget": next(iter(budgets.values()), "")}
    )


def _can_change_soon(parties: list[Party]) -> Fact:
    answers: dict[str, Answer] = {
        str(party.person_id): party.can_change_soon or "unknown" for party in parties
    }
    return Fact(key="can_change_soon", answers=answers, detail={})


def _touchpoints(contest: Contest) -> QuerySet[Touchpoint]:
    return Touchpoint.objects.filter(step__stage=contest.stage_id)


def _unknown(departments: dict[UUID, UUID | None]) -> dict[str, Answer]:
    return {str(person): "unknown" for person in departments}


def _yes_no(department: UUID | None, among: Collection[UUID | None]) -> Answer:
    return "yes" if department is not None and department in among else "no"
