"""Queries for the page of a contest. Call them inside tenant_scope()."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Min
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.text import Text, isolated
from journeys.models import Journey, Step
from ownership.contest_facts import Answer, Fact
from ownership.models import Appeal, Contest, Directorship, Party, Ruling, StageStanding
from ownership.queries import COUNTED
from people.models import Absence
from people.queries import current_absences
from storyboards.models import Frame
from storyboards.queries import FILM_ORDER
from touchpoints.models import Promise, Touchpoint

MAX_SCENES = 3
ANSWERS: dict[str, Text] = {
    "yes": _("Yes"),
    "partly": _("Partly"),
    "no": _("No"),
    "unknown": _("Not said"),
}


@dataclass(frozen=True)
class Case:
    """A party with its case, and how many live stages its person directs now."""

    party: Party
    directs: int
    is_director: bool
    absence: Absence | None  # if the person is away today

    @property
    def note(self) -> str:
        """The department, whether the person directs the stage, and how many live stages they direct."""
        department = self.party.department
        parts = [
            isolated(department.name) if department else "",
            gettext("director of this stage") if self.is_director else "",
            ngettext("directs {n} live stage", "directs {n} live stages", self.directs).format(
                n=self.directs
            ),
        ]
        return ", ".join(filter(None, parts))


@dataclass(frozen=True)
class FactRow:
    """A fact in words: the question, the data behind it, and each party's answer in the order of the cases."""

    question: Text
    note: str
    answers: list[tuple[Answer, Text]]


@dataclass(frozen=True)
class Tenure:
    """A period in which a person directed the stage, or nobody did (`name` is "")."""

    name: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Moment:
    """What the customer goes through in a contested stage."""

    steps: list[Step]
    frames: list[Frame]
    emotion: int | None
    lowest_step: str
    is_lowest_of_journey: bool
    promise: Promise | None


def cases_of(contest: Contest) -> list[Case]:
    """Return the cases of a contest, that of the stage's director first.

    Parties who have left an open contest are skipped. Runs four queries.
    """
    parties = Party.objects.filter(contest=contest)
    if contest.is_open:
        parties = parties.filter(left_at=None)
    rows = list(parties.select_related("person__member", "department").order_by("pk"))
    directed = dict(
        Directorship.objects.filter(
            person__in=[row.person_id for row in rows],
            stage__journey__in=Journey.objects.filter(COUNTED),
            accepted_at__isnull=False,
            ended_at=None,
        )
        .values_list("person")
        .annotate(n=Count("pk"))
        .values_list("person", "n")
    )
    standing = StageStanding.objects.filter(stage=contest.stage_id).first()
    director_id = standing.director_id if standing else None
    away = {
        absence.person_id: absence
        for absence in current_absences(contest.workspace_id).select_related("stand_in")
    }
    cases = [
        Case(
            row,
            directed.get(row.person_id, 0),
            row.person_id == director_id,
            away.get(row.person_id),
        )
        for row in rows
    ]
    return sorted(cases, key=lambda case: not case.is_director)


def moment_of(contest: Contest) -> Moment:
    """Return what the customer goes through in the stage of a contest. Runs five queries.

    The steps are the first MAX_SCENES. `emotion` is None, and `lowest_step` is "", if no touchpoint is rated.
    """
    stage_id = contest.stage_id
    felt = Touchpoint.objects.filter(stream=contest.stream_id, emotion__isnull=False)
    here = felt.filter(step__stage=stage_id).order_by("emotion", "step__position", "pk")
    lowest = here.select_related("step").first()
    bottom = felt.aggregate(bottom=Min("emotion"))["bottom"]
    return Moment(
        steps=list(Step.objects.filter(stage=stage_id).order_by("position")[:MAX_SCENES]),
        frames=_scenes(stage_id, lowest.step_id if lowest else None),
        emotion=lowest.emotion if lowest else None,
        lowest_step=lowest.step.title if lowest else "",
        is_lowest_of_journey=lowest is not None and lowest.emotion == bottom,
        promise=_promise(stage_id),
    )


def _scenes(stage_id: UUID, lowest_step_id: UUID | None) -> list[Frame]:
    """Return up to three adjacent frames of a stage that have a picture.

    If possible, a frame of the lowest step is in the middle.
    """
    frames = list(
        Frame.objects.filter(step__stage=stage_id, picture__isnull=False)
        .select_related("picture")
        .order_by(*FILM_ORDER)
    )
    middle = next((n for n, f in enumerate(frames) if f.step_id == lowest_step_id), 1)
    start = max(0, min(middle - 1, len(frames) - MAX_SCENES))
    return frames[start : start + MAX_SCENES]


def _promise(stage_id: UUID) -> Promise | None:
    """Return the most important promise tested in this stage, or None.

    A broken promise is the most important, then one at risk, then any other.
    """
    promises = {
        promise.status: promise
        for promise in Promise.objects.filter(tested_in__stage=stage_id).order_by("-pk")
    }
    for status in (Promise.Status.BROKEN, Promise.Status.AT_RISK):
        if status in promises:
            return promises[status]
    return next(iter(promises.values()), None)


def tenures_of(contest: Contest) -> list[Tenure]:
    """Return the periods with and without a director since the stage's first one. Runs one query."""
    accepted = Directorship.objects.filter(stage=contest.stage_id, accepted_at__isnull=False)
    rows: Iterable[Any] = accepted.order_by("accepted_at").values_list(
        "person__name", "accepted_at", "ended_at"
    )
    tenures: list[Tenure] = []
    for name, since, until in rows:
        last = tenures[-1].until if tenures else None
        if last is not None and last < since:
            tenures.append(Tenure("", last, since))
        tenures.append(Tenure(name, since, until))
    if tenures and (end := tenures[-1].until) is not None:
        tenures.append(Tenure("", end, None))
    return tenures


def rulings_of(contest: Contest) -> list[tuple[Ruling, list[Appeal]]]:
    """Return the rulings on a contest with their appeals, the latest first. Runs two queries."""
    rulings = list(
        Ruling.objects.filter(contest=contest)
        .select_related("person", "second_person", "ruled_by__user")
        .order_by("-ruled_at")
    )
    appeals = list(
        Appeal.objects.filter(ruling__in=rulings).select_related("person").order_by("made_at")
    )
    return [(row, [one for one in appeals if one.ruling_id == row.pk]) for row in rulings]


def neighbors_of(contest: Contest) -> dict[str, Any]:
    """Return the position of a contest among the open contests, oldest first. Runs one query.

    `number` counts from 1. `previous` and `next` are the ids of its neighbors, or None. If the contest is
    settled, all three are None. `total` is the number of open contests.
    """
    open_ids = list(
        Contest.objects.filter(workspace=contest.workspace_id, settled_at=None)
        .order_by("opened_at", "pk")
        .values_list("pk", flat=True)
    )
    if contest.pk not in open_ids:
        return {"number": None, "total": len(open_ids), "previous": None, "next": None}
    place = open_ids.index(contest.pk)
    return {
        "number": place + 1,
        "total": len(open_ids),
        "previous": open_ids[place - 1] if place else None,
        "next": open_ids[place + 1] if place + 1 < len(open_ids) else None,
    }


def facts_in_words(facts: list[Fact], cases: list[Case]) -> list[FactRow]:
    """Return facts in words. No queries.

    Facts whose answers are all unknown are left out, except for `can_change_soon`.
    """
    persons = [str(case.party.person_id) for case in cases]
    rows = []
    for fact in facts:
        answers = [fact["answers"].get(person, "unknown") for person in persons]
        if set(answers) != {"unknown"} or fact["key"] == "can_change_soon":
            question, note = _words(fact, cases)
            rows.append(FactRow(question, note, [(one, ANSWERS[one]) for one in answers]))
    return rows


def _words(fact: Fact, cases: list[Case]) -> tuple[Text, str]:
    detail = fact["detail"]
    match fact["key"]:
        case "staffs":
            return _("Staffs the touchpoints"), _touchpoint_counts(detail, cases)
        case "made_promise":
            return _("Made the promise"), gettext("“{title}”").format(title=detail["title"])
        case "meets_unhappy":
            return _("Meets customers at their lowest"), gettext("“{title}”").format(
                title=detail["title"]
            )
        case "holds_budget":
            budget = detail["budget"]
            text = isolated(budget) if budget else gettext("No mandate names a budget.")
            return _("Holds a budget for it"), text
    return _("Can change it in 30 days"), gettext("By their own estimate.")


def _touchpoint_counts(detail: dict[str, Any], cases: list[Case]) -> str:
    """Return the number of touchpoints for each case, and the total, such as “3 against 1, of 5 touchpoints”."""
    numbers = [str(detail.get(str(case.party.person_id), 0)) for case in cases]
    return ngettext(
        "{numbers}, of {n} touchpoint", "{numbers}, of {n} touchpoints", detail["of"]
    ).format(numbers=gettext(" against ").join(numbers), n=detail["of"])
