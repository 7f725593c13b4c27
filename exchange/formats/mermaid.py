"""The format Mermaid `journey`.

A section becomes a stage, and a task becomes a step with one touchpoint. Actors are kept as
written. The reader accepts the same files as Mermaid 11, which reads the writer's output as the
same journey.
"""

from django.utils.translation import gettext_lazy as _

from exchange.formats.mermaid_read import parse_draft
from exchange.formats.mermaid_score import SCALE
from exchange.formats.mermaid_write import write_draft
from exchange.formats.registry import Format, register

__all__ = ["MERMAID", "parse_draft", "write_draft"]

MERMAID = Format(
    name="mermaid",
    title=_("Mermaid journey"),
    media_type="text/plain",
    extension="mmd",
    scale=SCALE,
    omissions=_(
        "A Mermaid file has stages, and touchpoints with scores and actors. It can’t contain steps, "
        "lanes, channels, promises, notes, measures, ownership or comments."
    ),
    read=parse_draft,
    write=write_draft,
)
register(MERMAID)
