"""Mermaid `journey`: `read` and `write`.

A section is a stage, a task is one step with one touchpoint, actors are kept as written. What is
read is what Mermaid 11 reads, and what is written is read by Mermaid 11 as the same.
"""

from exchange.formats.mermaid_read import read
from exchange.formats.mermaid_write import write

__all__ = ["read", "write"]
