"""Parses Mermaid `journey` text into a draft.

The lexer tries Mermaid's rules in Mermaid's order. The first rule that matches at a position wins,
even if a later one would match more text. Text that Mermaid rejects raises FormatError with the line.
"""

import re
from collections.abc import Iterator

from django.utils.formats import number_format
from django.utils.translation import gettext

from core.text import strip_isolates
from exchange.formats import mermaid_score as scores
from exchange.formats.decoding import check_text, decode_text
from exchange.formats.draft import (
    DraftJourney,
    DraftStage,
    DraftTask,
    DraftWarning,
    FormatError,
)
from exchange.formats.mermaid_entities import decode_entities, restore_entities
from exchange.formats.mermaid_source import SPACES, S, preprocess

MAX_STAGES = 200
MAX_TASKS = 5_000
MAX_ACTORS = 100
MAX_WARNINGS = 1_000
NAME_LIMITS = {"title": 200, "accTitle": 200, "section": 200, "task": 500, "actor": 200}
MAX_DESCRIPTION = 2_000
MAX_SCORE = 60

_TOKEN = re.compile(
    "|".join(
        (
            # JavaScript's `.` matches one UTF-16 unit, so no character outside the basic plane.
            r"(?P<comment>%(?!\{)[^\n]*|[^}\U00010000-\U0010ffff]%%[^\n]*)",
            r"(?P<newline>\n+)",
            rf"(?P<space>{S}+)",
            r"(?P<hash>#[^\n]*)",
            r"(?P<journey>journey\b)",
            rf"(?P<title>title{S}[^#\n;]+)",
            rf"(?P<acc_title>accTitle{S}*:{S}*[^\n]*)",
            rf"(?P<acc_descr>accDescr{S}*:{S}*[^\n]*)",
            rf"(?P<acc_block>accDescr{S}*\{{{S}*[^}}]*\}}?)",
            rf"(?P<section>section{S}[^#:\n;]+)",
            r"(?P<name>[^#:\n;]+)",
            r"(?P<data>:[^#\n;]+)",
            r"(?P<other>[:;])",
        )
    ),
    re.IGNORECASE | re.ASCII,
)
_LINE_START = re.compile(rf"\n{S}+")


def parse_draft(data: bytes | str) -> DraftJourney:
    """Parse a Mermaid journey. Raises FormatError, with line, reason and hint, if the data isn't one.

    The draft equals what Mermaid 11 reads, except that names are trimmed, entity codes are decoded,
    empty actors are dropped, and a score that isn't a finite number is None. For the emotions of
    scores, see mermaid_score.emotion_from_score(). There is a warning for everything that was
    changed, replaced or left out.
    """
    reader = _Parser(decode_text(data))
    for token in reader.tokens():
        reader.take(token)
    return reader.draft()


class _Parser:
    def __init__(self, text: str) -> None:
        prepared = preprocess(text)
        self.source = prepared.source
        self.warnings: list[DraftWarning] = []
        self.stages: list[tuple[str, int, list[DraftTask]]] = []
        self.tasks = 0
        self.texts = {"title": "", "accTitle": "", "accDescr": ""}
        self.started = False
        self.open_name: tuple[str, int] | None = None  # a task whose score has not been read yet
        self.on_line = False  # whether this line has a statement before this token
        if prepared.title:
            self._set_name("title", *prepared.title)
        if prepared.other_journey:
            detail = gettext(
                "The file contains another journey here. Only the first one was imported."
            )
            self.warn(prepared.other_journey, "other-journey", detail)

    def tokens(self) -> Iterator[re.Match[str]]:
        # Every character matches some rule, so there are no gaps between the matches.
        return _TOKEN.finditer(self.source.text + "\n")

    def take(self, token: re.Match[str]) -> None:
        kind, text = str(token.lastgroup), token[0]
        if kind == "space":
            return
        if kind == "comment" or (kind == "hash" and self.started):
            self._comment(kind, token)
            return
        if self.open_name and kind != "data":
            raise FormatError(
                self.open_name[1],
                gettext("“{text}” has no score.").format(text=_shorten(self.open_name[0])),
                gettext(
                    "Write a task as “name: score: actors”, or put “title” or “section” before it."
                ),
            )
        self.on_line = kind != "newline"
        if self.on_line:
            line = self.source.line_at(token.start())
            (self._statement if self.started else self._start)(kind, text, line)

    def _start(self, kind: str, text: str, line: int) -> None:
        if kind == "journey" and text == "journey":
            self.started = True
            return
        raise FormatError(
            line,
            gettext("This isn’t a Mermaid journey: it starts with “{text}”.").format(
                text=_shorten(text)
            ),
            gettext("Start the diagram with the word journey, in lowercase, on its own line."),
        )

    def _statement(self, kind: str, text: str, line: int) -> None:
        match kind:
            case "title":
                self._set_name("title", text[6:], line)
            case "acc_title":
                self._set_name("accTitle", text.split(":", 1)[1], line)
            case "acc_descr":
                self._set_description(text.split(":", 1)[1], line)
            case "acc_block":
                self._description_block(text, line)
            case "section":
                self._section(text[8:], line)
            case "name":
                self.open_name = (text, line)
            case "data":
                self._task(text[1:], line)
            case _:
                self._raise_syntax_error(text, line)

    def _raise_syntax_error(self, text: str, line: int) -> None:
        if text.lower() == "journey":
            reason = gettext("The word “journey” occurs a second time here.")
            hint = gettext("If a task name starts with it, write #106;ourney.")
        else:
            reason = gettext("Mermaid doesn’t allow “{text}” here.").format(text=text)
            hint = gettext("In a name, write #59; for a semicolon and #58; for a colon.")
        raise FormatError(line, reason, hint)

    def _set_name(self, what: str, raw: str, line: int) -> None:
        self._replace(what, self._name(what, raw, line), line)

    def _set_description(self, raw: str, line: int) -> None:
        value = strip_isolates(decode_entities(_LINE_START.sub("\n", raw.strip(SPACES))))
        check_text(line, value, MAX_DESCRIPTION, prose=True)
        self._replace("accDescr", value, line)

    def _description_block(self, text: str, line: int) -> None:
        if not text.endswith("}"):
            reason = gettext("The description that starts with { has no end.")
            raise FormatError(line, reason, gettext("End it with }."))
        if value := text[text.index("{") + 1 : -1].strip(SPACES):
            self._set_description(value, line)

    def _replace(self, what: str, value: str, line: int) -> None:
        if self.texts[what] not in ("", value):
            detail = gettext("This line replaces the {keyword} “{text}”.").format(
                keyword=what, text=_shorten(self.texts[what])
            )
            self.warn(line, "replaced", detail)
        self.texts[what] = value

    def _section(self, raw: str, line: int) -> None:
        name = self._name("section", raw, line)
        if not name:
            raise FormatError(
                line, gettext("This section has no name."), gettext("Add a name after “section”.")
            )
        self._open_stage(name, line)

    def _open_stage(self, name: str, line: int) -> None:
        if len(self.stages) == MAX_STAGES:
            reason = gettext("The journey has more than {limit} sections.").format(limit=MAX_STAGES)
            raise FormatError(line, reason, gettext("Split it into several journeys."))
        self.stages.append((name, line, []))

    def _task(self, data: str, line: int) -> None:
        if self.open_name is None:
            raise FormatError(
                line,
                gettext("There is no task before this colon."),
                gettext("Add a task name, or write #58; for the colon."),
            )
        name, line = self.open_name
        self.open_name = None
        if self.tasks == MAX_TASKS:
            reason = gettext("The journey has more than {limit} tasks.").format(
                limit=number_format(MAX_TASKS, force_grouping=True)
            )
            raise FormatError(line, reason, gettext("Split it into several journeys."))
        self.tasks += 1
        raw_score, _, rest = data.partition(":")
        actors, colon, lost = rest.partition(":")
        if colon and lost.strip(SPACES):
            detail = gettext(
                "Mermaid ignores text after a third colon: “{text}” was left out."
            ).format(text=_shorten(lost))
            self.warn(line, "text-lost", detail)
        if not self.stages:
            self._open_stage("", line)
        score = self._score(raw_score, line)
        self.stages[-1][2].append(
            DraftTask(
                title=self._name("task", name, line),
                raw_score=score,
                score=scores.js_number(score),
                emotion=scores.emotion_from_score(score),
                actors=self._actors(actors, line),
                line=line,
            )
        )

    def _score(self, raw: str, line: int) -> str:
        score = restore_entities(raw.strip(SPACES))
        check_text(line, score, MAX_SCORE)
        if remark := scores.score_warning(score):
            self.warn(line, *remark)
        return score

    def _actors(self, raw: str, line: int) -> tuple[str, ...]:
        if raw.count(",") >= MAX_ACTORS:
            reason = gettext("This task has more than {limit} actors.").format(limit=MAX_ACTORS)
            raise FormatError(line, reason, gettext("Remove some of them."))
        names = (self._name("actor", actor, line) for actor in raw.split(","))
        return tuple(name for name in names if name)

    def _name(self, what: str, raw: str, line: int) -> str:
        name = strip_isolates(decode_entities(raw.strip(SPACES)))
        check_text(line, name, NAME_LIMITS[what])
        return name

    def _comment(self, kind: str, token: re.Match[str]) -> None:
        text = token[0].strip(SPACES)
        if kind == "hash" and self.on_line and len(text) > 1:
            line = self.source.line_at(token.start())
            detail = gettext("Mermaid reads # as a comment: “{text}” was left out.").format(
                text=_shorten(text)
            )
            self.warn(line, "comment-cut", detail)
        if kind == "comment" and not text.startswith("%%"):
            line = self.source.line_at(token.start())
            detail = gettext("Mermaid reads this line as a comment: “{text}” was left out.").format(
                text=_shorten(text)
            )
            self.warn(line, "line-skipped", detail)

    def warn(self, line: int, code: str, detail: str) -> None:
        if len(self.warnings) < MAX_WARNINGS:
            self.warnings.append(DraftWarning(line, code, detail))

    def draft(self) -> DraftJourney:
        if not self.started:
            self._start("", "nothing", 1)
        return DraftJourney(
            title=self.texts["title"],
            acc_title=self.texts["accTitle"],
            acc_description=self.texts["accDescr"],
            stages=tuple(DraftStage(name, tuple(tasks), line) for name, line, tasks in self.stages),
            source_format="mermaid",
            source_scale=scores.SCALE,
            warnings=tuple(self.warnings),
        )


def _shorten(text: str) -> str:
    text = restore_entities(text.strip(SPACES))
    return text if len(text) <= 60 else f"{text[:59]}…"
