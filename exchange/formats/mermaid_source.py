"""Preprocesses text as Mermaid does before parsing, and keeps track of the file's line numbers."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

import yaml
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from exchange.formats.draft import FormatError
from exchange.formats.mermaid_entities import protect_entities

SPACES = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)  # JavaScript's \s, which differs from Python's
S = f"[{SPACES}]"
MAX_FRONT_MATTER = 10_000
MAX_INDENT = 200
MAX_BRACKETS = 200  # the YAML scanner takes quadratic time in the nesting depth

_TAG = re.compile(r"<\w+[^>]*>", re.ASCII)
_ATTRIBUTE = re.compile(r'="([^"]*)"')
_FENCE = re.compile(r"^[ \t]*(?P<fence>`{3,9}|~{3,9})[ \t]*mermaid\b[^\n]*\n", re.MULTILINE)
_BLANK_REST = re.compile(r"[^\S\n]*\n")
_JOURNEY = re.compile(r"^[ \t]*journey\b", re.MULTILINE)
# A run of blank lines is matched as a whole, so the search doesn't restart in each line.
_COMMENTS = re.compile(
    rf"^(?:{S}++(?P<cut>%%(?!\{{)[^\n]+\n?)?|(?P<bare>%%(?!\{{)[^\n]+\n?))", re.MULTILINE
)
_DIRECTIVES = re.compile(
    rf"(?P<cut>%%\{{{S}*+(?:\w+{S}*+:|\w+){S}*+"
    rf"(?:\w+|(?:[^}}\u2028\u2029]++|\}}(?!%%))*+){S}*+(?:\}}%%)?)",
    re.ASCII,
)


@dataclass(frozen=True)
class Source:
    """A text, with the line number in the file at some offsets (`marks`, in ascending order)."""

    text: str
    marks: tuple[tuple[int, int], ...]

    def line_at(self, offset: int) -> int:
        """Return the line number in the file at an offset of the text."""
        start, line = self.marks[bisect_right(self.marks, (offset, 1 << 62)) - 1]
        return line + bisect_right(self._ends, offset - 1) - bisect_right(self._ends, start - 1)

    def without(self, pattern: re.Pattern[str]) -> "Source":
        """Return the source without the matches of a pattern in which a named group matched."""
        pieces: list[str] = []
        marks = list(self.marks[:1])
        done = length = 0
        for match in pattern.finditer(self.text):
            if match.lastgroup is None:
                continue
            pieces.append(self.text[done : match.start()])
            marks += self._marks_between(done, match.start(), length)
            length += len(pieces[-1])
            done = match.end()
            marks.append((length, self.line_at(done)))
        marks += self._marks_between(done, len(self.text), length)
        return Source("".join(pieces) + self.text[done:], tuple(marks))

    def _marks_between(self, start: int, end: int, moved_to: int) -> list[tuple[int, int]]:
        first = bisect_right(self.marks, (start, 1 << 62))
        last = bisect_right(self.marks, (end, 1 << 62))
        return [(at - start + moved_to, line) for at, line in self.marks[first:last]]

    @cached_property
    def _ends(self) -> list[int]:
        return [match.start() for match in re.finditer("\n", self.text)]


@dataclass(frozen=True)
class PreprocessedSource:
    """A diagram that is ready for the lexer, with the title from its front matter."""

    source: Source
    title: tuple[str, int] | None  # and its line
    other_journey: int | None  # the line of a second journey in the same file


def preprocess(text: str) -> PreprocessedSource:
    """Process front matter, directives, comments and entity codes as Mermaid does.

    If the text is a Markdown file, use the first fenced `mermaid` block that contains a journey.
    """
    text, line, other_journey = _extract_fenced(_single_quotes(text))
    title, body, line = _front_matter(text, line)
    source = Source(protect_entities(body), ((0, line),)).without(_DIRECTIVES).without(_COMMENTS)
    return PreprocessedSource(source, title, other_journey)


def _single_quotes(text: str) -> str:
    """Replace double quotes in HTML attributes with single quotes, as Mermaid does.

    Stop at the last `>`. There are no tags after it, and searching that text would take quadratic
    time.
    """
    end = text.rfind(">") + 1
    return _TAG.sub(lambda tag: _ATTRIBUTE.sub(r"='\1'", tag[0]), text[:end]) + text[end:]


def _extract_fenced(text: str) -> tuple[str, int, int | None]:
    """Return the first fenced block with a journey, its first line number, and that of a second such block.

    Without a second block, the last value is None. Without any, return the whole text, 1 and None.
    """
    journeys: list[tuple[int, int]] = []
    position = 0
    while len(journeys) < 2 and (opening := _FENCE.search(text, position)):
        closing = re.compile(rf"^[ \t]*{opening['fence']}[ \t]*$", re.MULTILINE)
        end = closing.search(text, opening.end())
        position = end.start() if end else len(text)
        if _JOURNEY.search(text, opening.end(), position):
            journeys.append((opening.end(), position))
        position = end.end() if end else len(text)
    if not journeys:
        return text, 1, None
    lines = [text.count("\n", 0, start) + 1 for start, _ in journeys]
    start, stop = journeys[0]
    return text[start:stop], lines[0], lines[1] if len(lines) > 1 else None


def _front_matter(text: str, line: int) -> tuple[tuple[str, int] | None, str, int]:
    """Split off the YAML between two lines of `---` at the very start of the text.

    Return (title, the title's line number) or None, the remaining text, and the number of its first
    line. `line` is the number of the first line of `text`. Raise FormatError if the YAML has no end.
    """
    opening = re.match(rf"(?P<indent>[^\S\n]*)---{S}*?\n", text)
    if not opening:
        return None, text, line
    indent = opening["indent"]
    start, end = _closing_line(text, f"\n{indent}---", opening.end(), line)
    title = _yaml_title(text[opening.end() : start], indent, line + 1)
    return title, text[end:], line + text.count("\n", 0, end)


def _closing_line(text: str, closing: str, start: int, line: int) -> tuple[int, int]:
    """Return the start and end of the line that closes the front matter. Raise FormatError if there is none.

    The search uses str.find(), because compiling a pattern with a long indent takes quadratic time.
    """
    while (start := text.find(closing, start)) >= 0:
        if rest := _BLANK_REST.match(text, start + len(closing)):
            return start, rest.end()
        start += 1
    raise FormatError(
        line,
        gettext("The front matter that starts with --- has no end."),
        gettext("End it with a line of --- before the journey."),
    )


def _yaml_title(block: str, indent: str, line: int) -> tuple[str, int] | None:
    """Return the title in the front matter with its line number, or None if there is no title.

    The YAML is parsed only to nodes, because constructing objects could expand aliases without
    limit. Raise FormatError if the YAML is invalid, or too large or complex.
    """
    if len(block) > MAX_FRONT_MATTER:
        n = len(block)
        reason = ngettext(
            "The front matter has {n} character. The limit is {limit}.",
            "The front matter has {n} characters. The limit is {limit}.",
            n,
        ).format(
            n=number_format(n, force_grouping=True),
            limit=number_format(MAX_FRONT_MATTER, force_grouping=True),
        )
        raise FormatError(line, reason, gettext("Shorten it."))
    if len(indent) > MAX_INDENT:
        reason = gettext("The front matter is indented by more than {limit} characters.").format(
            limit=MAX_INDENT
        )
        raise FormatError(line, reason, gettext("Indent it less."))
    if block.count("[") + block.count("{") > MAX_BRACKETS:
        raise FormatError(
            line, gettext("The front matter has too many brackets."), gettext("Simplify it.")
        )
    lines = (row.removeprefix(indent) for row in block.split("\n"))
    try:
        root = yaml.compose("\n".join(lines), Loader=yaml.SafeLoader)
    except RecursionError:
        raise FormatError(
            line, gettext("The front matter is nested too deeply."), gettext("Simplify it.")
        ) from None
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        reason = gettext("The front matter isn’t valid YAML: {problem}.").format(
            problem=getattr(error, "problem", None) or error
        )
        at = line + place.line if place else line
        raise FormatError(at, reason, gettext("Correct it, or remove it.")) from None
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    value = next((value for key, value in pairs if key.value == "title"), None)
    if not isinstance(value, yaml.ScalarNode) or value.tag.endswith((":null", ":bool")):
        return None
    return str(value.value), line + value.start_mark.line
