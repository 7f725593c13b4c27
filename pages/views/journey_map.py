"""A journey as a map, on screen and on paper, rendered on the server."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from uuid import UUID

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.decorators import method_decorator

from changes.queries import snapshot
from core.actors import DRAW, Actor
from core.quotes import in_quotes
from journeys.models import Journey, Lane
from ownership.access import person_of, rights_in_journey
from ownership.directory import journey_directory
from ownership.handoff_marks import HandOffMark
from pages import map_layout
from pages.queries.journeys import JourneyTree, StageNode, StepNode, journey_tree
from pages.views.journey_outline import JourneyPageView
from touchpoints.models import Promise, Touchpoint
from workspaces.models import Member

QUOTE_LENGTH = 46


@dataclass
class LaneRow:
    """A row of the map, with the touchpoints of each step."""

    lane: Lane
    cells: list[list[Touchpoint]]

    @property
    def count(self) -> int:
        return sum(len(cell) for cell in self.cells)


@dataclass
class PromiseCell:
    """A cell in a row of promises: a promise's bar, or the space before one."""

    span: int
    promise: Promise | None = None


@dataclass
class Quote:
    """The customer's words at the lowest point, and where to draw them."""

    text: str
    x: float
    y: float
    anchor: str


@dataclass
class Diamond:
    """The mark of a hand-off on the thread."""

    center: map_layout.Point
    mark: HandOffMark
    contested: bool

    @property
    def path(self) -> str:
        return map_layout.diamond_path(self.center)


@dataclass
class MapLayout:
    """Everything that the map template draws."""

    tree: JourneyTree
    lanes: list[LaneRow]
    promises: list[list[PromiseCell]]
    tops: list[float]
    thread_segments: list[map_layout.ThreadSegment]
    diamonds: list["Diamond"]
    emotion_points: list[map_layout.EmotionPoint]
    quote: Quote | None
    columns: list[StepNode] = field(default_factory=list)

    @property
    def width(self) -> int:
        return len(self.columns) * map_layout.COLUMN_PX

    @property
    def has_notes(self) -> bool:
        return any(step.notes for step in self.columns)

    @property
    def has_measures(self) -> bool:
        return any(step.measures for step in self.columns)

    @property
    def height(self) -> float:
        return self.tops[-1]

    @property
    def curves(self) -> list[str]:
        return map_layout.curve_paths(self.emotion_points)

    @property
    def areas(self) -> list[str]:
        return map_layout.area_paths(self.emotion_points)


def build_map(listed: JourneyTree) -> MapLayout:
    """Return the layout of a journey. Each step is a column, and so is a stage without steps."""
    for stage in listed.stages:
        if not stage.steps:
            stage.steps.append(StepNode(step=None))  # type: ignore[arg-type]
    columns = listed.steps
    lanes = [
        LaneRow(
            lane,
            [step.cells[lane.pk].touchpoints if lane.pk in step.cells else [] for step in columns],
        )
        for lane in listed.lanes
    ]
    # Show the unassigned lane only if it contains something.
    lanes = [row for row in lanes if row.count or row.lane.kind == Lane.Kind.DEPARTMENT]
    tops = map_layout.lane_tops(
        [max((len(cell) for cell in row.cells), default=0) for row in lanes]
    )
    spots = _card_positions(listed.stages, lanes)
    segments = map_layout.thread_segments(spots, tops)
    points = map_layout.emotion_points([step.emotion for step in columns])
    return MapLayout(
        tree=listed,
        lanes=lanes,
        promises=_promise_rows(listed.promises, columns),
        tops=tops,
        thread_segments=segments,
        diamonds=_diamonds(listed.stages, spots, segments),
        emotion_points=points,
        quote=_lowest_quote(points, columns),
        columns=columns,
    )


def _card_positions(
    stages: Sequence[StageNode], lanes: Sequence[LaneRow]
) -> list[map_layout.CardPosition]:
    """Return the cards in the order in which the customer meets them: by step, then by lane."""
    contested = [s.ownership.state == "contested" for s in stages for _ in s.steps]
    return [
        map_layout.CardPosition(column, number, slot, contested[column])
        for column in range(len(contested))
        for number, row in enumerate(lanes)
        for slot in range(len(row.cells[column]))
    ]


def _diamonds(
    stages: Sequence[StageNode],
    spots: Sequence[map_layout.CardPosition],
    segments: Sequence[map_layout.ThreadSegment],
) -> list[Diamond]:
    """Return the marks of hand-offs, each in the center of the thread segment from one stage to the next."""
    stage_at = [number for number, stage in enumerate(stages) for _ in stage.steps]
    diamonds = []
    for (start, end), segment in zip(pairwise(spots), segments, strict=True):
        number = stage_at[end.column]
        mark = stages[number].handoff
        if mark and number == stage_at[start.column] + 1:
            diamonds.append(Diamond(segment.center, mark, segment.contested))
    return diamonds


def _promise_rows(
    promises: Sequence[Promise], columns: Sequence[StepNode]
) -> list[list[PromiseCell]]:
    at = {step.step.pk: n for n, step in enumerate(columns) if step.step is not None}
    bars = [
        map_layout.Bar(
            promise, *map_layout.ordered_pair(at[promise.made_in_id], at[promise.tested_in_id])
        )
        for promise in promises
    ]
    return [_promise_row(row, len(columns)) for row in map_layout.pack_bars(bars)]


def _promise_row(bars: Sequence[map_layout.Bar[Promise]], columns: int) -> list[PromiseCell]:
    cells, column = [], 0
    for bar in bars:
        if bar.first > column:
            cells.append(PromiseCell(bar.first - column))
        cells.append(PromiseCell(bar.last - bar.first + 1, bar.item))
        column = bar.last + 1
    return cells + ([PromiseCell(columns - column)] if column < columns else [])


def _lowest_quote(
    points: Sequence[map_layout.EmotionPoint], columns: Sequence[StepNode]
) -> Quote | None:
    """Return the quote of the step with the lowest emotion, shortened to QUOTE_LENGTH characters.

    Only steps with a quote and an emotion below 0 are considered. Return None if there is none.
    """
    quotes = [
        (point, columns[point.column].step.quote)
        for point in points
        if point.value < 0 and columns[point.column].step.quote
    ]
    if not quotes:
        return None
    low, words = min(quotes, key=lambda pair: pair[0].value)
    words = words if len(words) <= QUOTE_LENGTH else f"{words[: QUOTE_LENGTH - 1].rstrip()}…"
    late = low.column >= len(columns) / 2
    return Quote(
        text=in_quotes(words),
        x=low.x + (-20 if late else 20),
        y=map_layout.EMOTION_ROW_PX - 6,
        anchor="end" if late else "start",
    )


class JourneyMapView(JourneyPageView):
    """The map: stages, steps, lanes, thread, emotions, promises and ownership.

    The server renders the map, so that it appears at once and also works without JavaScript. The editor
    then replaces it, using the snapshot in the page. No other page requires Trusted Types.
    """

    tab = "map"

    @method_decorator(csp_update({"require-trusted-types-for": ["'script'"]}))
    def get(self, request: HttpRequest, journey_id: UUID) -> HttpResponse:
        journey, actor = self.get_journey(journey_id)
        header = self.header_context(journey, actor)
        tree = journey_tree(journey_id)
        context = {
            **header,
            **map_context(tree),
            "has_frames": tree.has_frames,
            "boot": editor_bootstrap(request, journey, actor, header),
        }
        return render(request, "journeys/map.html", context)


def editor_bootstrap(
    request: HttpRequest, journey: Journey, actor: Actor, header: dict[str, Any]
) -> dict[str, Any]:
    """Return the editor's initial data (EditorBootstrap in frontend/src/ui/createEditor.ts)."""
    me = person_of(actor)
    workspace = journey.workspace
    records, directory = snapshot(journey.pk), journey_directory(journey, actor)
    pair = journey.pair_of_id or next((future.pk for future in header["futures"]), None)
    storyboard = reverse("journey_storyboard", args=[workspace.slug, journey.pk])
    socket = f"{'wss' if request.is_secure() else 'ws'}://{request.get_host()}"
    return {
        "journey": str(journey.pk),
        "workspace": str(workspace.pk),
        "title": journey.title,
        "snapshot": records,
        "directory": directory,
        "me": {
            "user": str(request.user.pk),
            "member": str(actor.member_id) if actor.member_id else None,
            "person": str(me.pk) if me else None,
            "name": str(request.user),
        },
        "admin": header["admin"]
        and {
            "member": str(header["admin"].pk),
            "name": str(header["admin"]),
        },
        "members": member_names(
            {
                *named_members(records, directory),
                actor.member_id,
                header["admin"] and header["admin"].pk,
            }
        ),
        "time_zone": workspace.time_zone,
        "can": sorted(rights_in_journey(actor, journey.pk)),
        "mode": "draw" if actor.can(DRAW) else "comment",
        "undo": str(header["undo"]) if header["undo"] else None,
        "redo": str(header["redo"]) if header["redo"] else None,
        "pair": str(pair) if pair else None,
        "csrf": get_token(request),
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "urls": {
            "list": reverse("journey", args=[journey.pk]),
            "map": reverse("journey_map", args=[journey.pk]),
            "storyboard": storyboard,
            "frame": storyboard + "#frame-",  # followed by the id
            "picture": reverse("picture", args=[workspace.slug, "id.svg"]).replace("id.", "{id}."),
            "comments": reverse("journey_comments", args=[journey.pk]),
            "history": reverse("journey_history", args=[journey.pk]),
            "print": reverse("journey_print", args=[journey.pk]),
            "home": reverse("home", args=[workspace.slug]),
            "export": reverse("map_export", args=[journey.pk, "mermaid"]),
            "share": reverse("journey_share", args=[journey.pk]),
            "versions": reverse("journey_version", args=[journey.pk, 0]).replace("/0/", "/{n}/"),
            "journey": reverse("journey_map", args=[UUID(int=0)]).replace(str(UUID(int=0)), "{id}"),
            "person": reverse("person", args=[UUID(int=0)]).replace(str(UUID(int=0)), "{id}"),
            "handoffs": reverse("journey_handoffs", args=[journey.pk]),
            "handoff": reverse("handoff", args=[UUID(int=0)]).replace(str(UUID(int=0)), "{id}"),
            "contest": reverse("stage_contest", args=[UUID(int=0)]).replace(
                str(UUID(int=0)), "{id}"
            ),
            "api": "/api/v1/",
            "icons": static("icons.svg"),
            "socket": f"{socket}/ws/journeys/{journey.pk}",
        },
    }


def named_members(records: dict[str, Any], directory: dict[str, Any]) -> set[Any]:
    """Return the ids of the members to whom comments and persons in these snapshots refer."""
    named: set[Any] = set()
    for record in (*records["records"], *directory["records"]):
        fields = record["fields"]
        if record["type"] == "comment":
            named |= {fields["author"], *fields["mentions"]}
        elif record["type"] == "person":
            named.add(fields["member"])
    return named - {None}


def member_names(ids: Iterable[Any]) -> list[dict[str, Any]]:
    """Return the names of members, including former members, because comments refer to them."""
    members = Member.objects.filter(pk__in=ids).select_related("user").order_by("pk")
    return [
        {
            "id": str(member.pk),
            "name": str(member),
            "has_left": member.left_at is not None or not member.user.is_active,
        }
        for member in members
    ]


class JourneyPrintView(JourneyPageView):
    """The map for printing: in the light theme, without navigation."""

    tab = "print"

    def get(self, request: HttpRequest, journey_id: UUID) -> HttpResponse:
        journey, actor = self.get_journey(journey_id)
        context = {**self.header_context(journey, actor), **map_context(journey_tree(journey_id))}
        return render(request, "journeys/print.html", context)


def map_context(listed: JourneyTree) -> dict[str, Any]:
    counted = sum(stage.touchpoint_count for stage in listed.stages)
    return {
        "picture": build_map(listed),
        "touchpoint_count": counted,
        "feels_height": map_layout.EMOTION_ROW_PX,
    }
