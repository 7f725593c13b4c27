"""Mermaid `journey`: `read` and `write`.

A section is a stage. A task is one step with one touchpoint. Actors are kept as written. The
reader accepts what Mermaid 11 accepts. Mermaid 11 reads the writer's output as the same journey.
"""

from exchange.formats.mermaid_read import parse_draft
from exchange.formats.mermaid_write import write_draft

__all__ = ["parse_draft", "write_draft"]
