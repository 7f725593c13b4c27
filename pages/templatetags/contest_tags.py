"""`{% load contest_tags %}`: sentences and the timeline of the page of a contest."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from core.text import isolated, join_list
from ownership.models import Contest, Ruling
from pages.queries.contests import Case, Tenure
from people.models import Person

register = template.Library()
WIDTH = 1000
"""Units of the timeline's width."""


@register.simple_tag
def contest_summary(contest: Contest, cases: list[Case], days: int) -> str:
    """Return how many people claim the stage and how many days the contest has been open, or that it is settled."""
    if not contest.is_open:
        return gettext("This contest is settled.")
    number = len(cases)
    claims = ngettext("{n} person says it’s theirs.", "{n} people say it’s theirs.", number).format(
        n=number
    )
    if days < 1:
        return gettext("{claims} It began today.").format(claims=claims)
    waiting = ngettext(
        "For {n} day, nobody has clearly been responsible.",
        "For {n} days, nobody has clearly been responsible.",
        days,
    ).format(n=days)
    return f"{claims} {waiting}"


@register.simple_tag
def chosen_person(choice: str, cases: list[Case]) -> Person | None:
    """Return the party whose claim a choice of the decision form upholds, or None."""
    kind, _separator, chosen = choice.partition(":")
    persons = (case.party.person for case in cases if str(case.party.person_id) == chosen)
    return next(persons, None) if kind == Ruling.Kind.UPHOLD else None


@register.simple_tag
def decision_effect(choice: str, cases: list[Case]) -> str:
    """Return what a choice of the decision form would change."""
    kind, _separator, chosen = choice.partition(":")
    losing = [case for case in cases if str(case.party.person_id) != chosen]
    directors = [isolated(case.party.person.name) for case in losing if case.is_director]
    names = [isolated(case.party.person.name) for case in losing if not case.is_director]
    match kind:
        case Ruling.Kind.UPHOLD:
            effects = [gettext("Directs this stage.")]
            if directors:
                effects.append(
                    gettext("The directorship of {name} ends.").format(name=directors[0])
                )
            if names:
                effects.append(
                    ngettext(
                        "The claim of {names} ends.", "The claims of {names} end.", len(names)
                    ).format(names=join_list(names))
                )
            return " ".join(effects)
        case Ruling.Kind.SPLIT:
            return gettext("It becomes two stages with a director each.")
        case Ruling.Kind.OTHER:
            return gettext("All claims end. The person is asked.")
    return gettext("All claims end. The stage has no director.")


@register.simple_tag
def ruling_summary(ruling: Ruling) -> str:
    """Return a sentence that says what a ruling decided."""
    name = isolated(ruling.person.name) if ruling.person else ""
    match ruling.kind:
        case Ruling.Kind.UPHOLD:
            return gettext("{name} answers for it").format(name=name)
        case Ruling.Kind.SPLIT:
            second = isolated(ruling.second_person.name) if ruling.second_person else ""
            return gettext("Split between {name} and {second}").format(name=name, second=second)
        case Ruling.Kind.OTHER:
            return gettext("{name} was asked to direct it").format(name=name)
    return gettext("Nobody for now")


@register.simple_tag
def tenure_timeline(tenures: list[Tenure], contest: Contest) -> SafeString:
    """Render who has directed a stage, as a bar of periods and as a list for screen readers.

    `tenures` must not be empty.
    """
    now = timezone.now()
    first = tenures[0].since
    length = (now - first).total_seconds() or 1

    def place(at: datetime) -> float:
        return round(WIDTH * (at - first).total_seconds() / length, 1)

    bars = format_html_join("", BAR, (_bar(one, place, now) for one in tenures))
    contested = ""
    sentences = [_sentence(one) for one in tenures]
    if contest.is_open:
        at = place(contest.opened_at)
        contested = format_html(CONTESTED, at, max(8, WIDTH - at))
        since = date_format(timezone.localtime(contest.opened_at), "SHORT_DATE_FORMAT")
        sentences.append(gettext("Contested since {since}").format(since=since))
    items = format_html_join("", "<li>{}</li>", ((sentence,) for sentence in sentences))
    return format_html(TIMELINE, WIDTH, bars, contested, items)


TIMELINE = (
    '<svg class="tenures" viewBox="0 0 {} 24" preserveAspectRatio="none" aria-hidden="true">{}{}</svg>'
    '<ul class="tenure-list">{}</ul>'
)
BAR = '<rect class="{}" x="{}" y="2" width="{}" height="20" rx="3"><title>{}</title></rect>'
CONTESTED = '<rect class="tenure-contested" x="{}" y="16" width="{}" height="6" rx="3"/>'


def _bar(tenure: Tenure, place: Any, now: datetime) -> tuple[str, float, float, str]:
    start = place(tenure.since)
    width = max(2, place(tenure.until or now) - start)
    return ("tenure" if tenure.name else "tenure-nobody", start, width, _sentence(tenure))


def _sentence(tenure: Tenure) -> str:
    name = isolated(tenure.name) if tenure.name else gettext("Nobody")
    since = date_format(timezone.localtime(tenure.since), "SHORT_DATE_FORMAT")
    if tenure.until is None:
        return gettext("{name} since {since}").format(name=name, since=since)
    until = date_format(timezone.localtime(tenure.until), "SHORT_DATE_FORMAT")
    return gettext("{name}, {since} to {until}").format(name=name, since=since, until=until)
