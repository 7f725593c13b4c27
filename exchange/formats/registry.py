"""The registry of file formats for journeys. The module of each format adds the format here."""

from collections.abc import Callable
from dataclasses import dataclass

from core.text import Text
from exchange.formats.draft import DraftJourney

Reader = Callable[[bytes | str], DraftJourney]  # raises FormatError
Writer = Callable[[DraftJourney], str]


@dataclass(frozen=True)
class Format:
    """A file format. A format with a reader can be imported, and one with a writer can be exported."""

    name: str  # in URLs, the API and the records of an import; never rename it
    title: Text
    media_type: str
    extension: str
    scale: str  # name of the scores in a file
    omissions: Text  # a sentence for the exporting user about what the file can't contain
    read: Reader | None = None
    write: Writer | None = None


FORMATS: dict[str, Format] = {}


def register(file_format: Format) -> None:
    FORMATS[file_format.name] = file_format


def readers() -> dict[str, Reader]:
    """Return the readers of all formats that can be imported, by name."""
    return {name: each.read for name, each in FORMATS.items() if each.read}


def writers() -> dict[str, Writer]:
    """Return the writers of all formats that can be exported, by name."""
    return {name: each.write for name, each in FORMATS.items() if each.write}
