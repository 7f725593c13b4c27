"""Update stored pictures when the look of a persona changes.

In a drawing, a figure is an image element that names its persona (`customData.figure`). In a picture, the figure
is the symbol `image-<fileId>`. Only this symbol is replaced.
"""

import base64
from collections import defaultdict
from collections.abc import Collection, Mapping
from io import BytesIO
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

from defusedxml.ElementTree import fromstring
from django.db.models import QuerySet

from changes.services import change_set
from core.tenancy import tenant_scope
from journeys.models import Persona
from storyboards.figures import figure_svg
from storyboards.models import DRAWING, SVG, Element, Frame
from storyboards.svg import qualified
from workspaces.access import system_actor
from workspaces.files import file_create, file_open


def personas_render(workspace_id: UUID, persona_ids: Collection[UUID]) -> None:
    """Redraw these personas with their current look in all pictures that show them. Idempotent.

    Logs `frame.render` for each picture that changed. If someone has drawn in the frame in the meantime, the
    picture that they stored is kept, because it already shows the new look.
    """
    with tenant_scope([workspace_id]):
        figures = _figures_by_drawing(persona_ids)
        frames = list(
            Frame.objects.filter(drawing__in=list(figures), picture__isnull=False)
            .select_related("picture")
            .order_by("pk")
        )
    for frame in frames:
        _render(frame, figures[frame.drawing_id])  # type: ignore[index]


def _figures_by_drawing(persona_ids: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """Return the SVG of each figure of these personas, by drawing id and then by symbol id. Runs two queries."""
    looks = {
        str(pk): figure
        for pk, figure in Persona.objects.filter(pk__in=persona_ids).values_list("pk", "figure")
    }
    rows = Element.objects.filter(persona__in=list(looks), is_deleted=False)
    drawings: dict[UUID, dict[str, str]] = defaultdict(dict)
    named: QuerySet[Any, Any] = rows.values_list("stream", "persona", "shape")
    for drawing_id, persona, shape in named:
        if shape.get("fileId") and looks[persona]:
            acting = shape["customData"]["figure"]
            drawings[drawing_id][f"image-{shape['fileId']}"] = figure_svg(looks[persona], acting)
    return drawings


def _render(frame: Frame, figures: Mapping[str, str]) -> None:
    picture: Any = frame.picture
    with file_open(picture) as content:
        before = content.read()
    after = with_figures(before, figures)
    if after == before:
        return
    actor = system_actor(frame.workspace_id)
    file = file_create(
        content=BytesIO(after),
        name=picture.name,
        media_type=SVG,
        scopes=picture.scopes,
        actor=actor,
        purpose=DRAWING,
    )
    with change_set(
        [frame.stream_id], action="frame.render", actor=actor, undoable=False
    ) as recorder:
        current = recorder.fetch(Frame, [frame.pk]).get(frame.pk)
        if current is not None and current.picture_id == picture.pk:
            recorder.set(current, picture_id=file.pk)


def with_figures(picture: bytes, figures: Mapping[str, str]) -> bytes:
    """Return a stored picture with new figures. `figures` maps a symbol's id to the SVG for its image."""
    root = fromstring(picture)
    for symbol in root.iter(qualified("symbol")):
        figure = figures.get(symbol.get("id", ""))
        for image in symbol.iter(qualified("image")) if figure else ():
            encoded = base64.b64encode(str(figure).encode()).decode()
            image.set("href", f"data:image/svg+xml;base64,{encoded}")
    return ElementTree.tostring(root, encoding="utf-8")
