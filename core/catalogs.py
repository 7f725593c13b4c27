"""Translation catalogs. A language's `django.po` has the strings of both server and browser.

A language is available if `locale/<code>/LC_MESSAGES/django.po` exists. `makemessages` updates that
file from the sources. `compilemessages` writes the files that the server (`django.mo`) and the
browser read.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.template.base import DebugLexer, TokenType
from django.template.loader import get_template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.translation import to_locale

KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "gettext": None,
    "gettext_lazy": None,
    "Plural": (1, 2),
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "_": None,
}
# Not for readers of the interface: tests, benchmarks and commands; OpenAPI texts are not marked.
EXCLUDED = re.compile(
    r"(^|/)(tests|bench|migrations|management|node_modules|testing|\..*)/|\.test\."
)
MARKED_ARGUMENT = re.compile(r"""\b_\((["'])(.+?)\1\)""")


def extract_messages(root: Path, apps: list[str]) -> Catalog:
    """Return a catalog of all marked strings in these apps, the templates and the front end."""
    catalog = Catalog(project="cxmap", charset="utf-8", fuzzy=False)
    sources = [
        *((path, "python") for app in apps for path in (root / app).rglob("*.py")),
        *((path, "javascript") for path in (root / "frontend/src").rglob("*.ts*")),
    ]
    for path, method in sorted(sources):
        name = path.relative_to(root).as_posix()
        if not EXCLUDED.search(name):
            for line, message, comments, context in extract_from_file(
                method, path, keywords=KEYWORDS, comment_tags=["Translators:"]
            ):
                catalog.add(message, None, [(name, line)], auto_comments=comments, context=context)
    for path in sorted((root / "templates").rglob("*.*")):
        if path.suffix in (".html", ".txt"):
            name = path.relative_to(root / "templates").as_posix()
            template = get_template(name).template  # type: ignore[attr-defined]
            for message in template_messages(path.read_text(), template):
                catalog.add(message, None, [(f"templates/{name}", 1)])
    return catalog


def template_messages(source: str, template: Any) -> Iterator[str | tuple[str, str]]:
    """Yield the messages in a template's translation tags, and in arguments marked `_("...")`."""
    nodes: Any = template.nodelist  # the stubs know no tags of i18n
    for node in nodes.get_nodes_by_type(TranslateNode):
        yield str(node.filter_expression.var.literal)
    for block in nodes.get_nodes_by_type(BlockTranslateNode):
        singular, _ = block.render_token_list(block.singular)
        if block.plural:
            yield singular, block.render_token_list(block.plural)[0]
        else:
            yield singular
    for token in DebugLexer(source).tokenize():
        if token.token_type in (TokenType.BLOCK, TokenType.VAR):
            for _, text in MARKED_ARGUMENT.findall(token.contents):
                yield text


def is_translated(message: Message) -> bool:
    """Return whether all plural forms of a message are translated, and not just guessed (fuzzy)."""
    texts = [message.string] if isinstance(message.string, str) else message.string
    return not message.fuzzy and all(texts or [""])


def update_catalog(path: Path, language: str, extracted: Catalog) -> Catalog:
    """Create or update a language's `.po` file from the extracted messages, and return the catalog.

    Translations of messages that no longer exist are kept at the end of the file, as obsolete.
    """
    catalog = Catalog(locale=to_locale(language), project="cxmap", fuzzy=False)
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file)
    catalog.update(extracted)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=100, omit_header=False)
    return catalog


def compile_catalog(path: Path, browser_file: Path) -> Catalog:
    """Compile a `.po` file and return its catalog.

    Write the server's `.mo` file next to it, and the browser's script to `browser_file`.
    """
    with path.open("rb") as file:
        catalog = read_po(file)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)
    browser_file.parent.mkdir(parents=True, exist_ok=True)
    browser_file.write_text(browser_script(catalog))
    return catalog


def browser_script(catalog: Catalog) -> str:
    """Return a script that sets `cxmapCatalog`, which frontend/src/lib/i18n.ts reads.

    It contains the translated messages of the front end: one text each, or one per plural form.
    """
    messages = {
        message.id[0] if message.pluralizable else message.id: message.string
        for message in catalog
        if message.id
        and is_translated(message)
        and any(name.startswith("frontend/") for name, _ in message.locations)
    }
    text = json.dumps(messages, ensure_ascii=False, sort_keys=True)
    return f"globalThis.cxmapCatalog={{plural:n=>Number({catalog.plural_expr}),messages:{text}}}\n"
